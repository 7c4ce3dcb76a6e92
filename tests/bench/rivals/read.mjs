// What one would write in Node: fetch with so many in flight, each answer parsed. FILE_OF_URLS IN_FLIGHT
import { readFileSync } from "node:fs";

const [file, inFlight] = process.argv.slice(2);
const urls = readFileSync(file, "utf8").trim().split("\n");
let next = 0;
let answers = 0;

async function worker() {
  while (next < urls.length) {
    const answer = await fetch(urls[next++], { headers: { "x-APIKey": "k" } });
    const user = await answer.json();
    if (answer.status === 200 && user.id) ++answers;
  }
}

await Promise.all(Array.from({ length: Number(inFlight) }, worker));
console.log(JSON.stringify({ answers }));
