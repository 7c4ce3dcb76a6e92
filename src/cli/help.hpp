// What --help says around the list of options.
#pragma once

namespace rostersync::cli::help {

inline constexpr const char* description =
    "rostersync brings the users of a remote directory in line with a roster: it compares every person,\n"
    "sends the smallest change that helps, and accounts for every row.";

inline constexpr const char* footer = R"(
Start here:
  rostersync profile                                 which APIs there are
  rostersync profile NAME                            which columns a roster for that API may have
  rostersync profile check FILE                      whether a profile of your own holds; --probe asks its API
  rostersync validate people.csv --profile NAME      check the file, offline
  rostersync plan people.csv -c rostersync.json      see what would change; writes nothing
  rostersync sync people.csv -c rostersync.json      change it
  rostersync plan people.csv --out plan.json         or: keep the plan, have it reviewed,
  rostersync apply plan.json                         and carry out exactly that
  rostersync resume -c rostersync.json               go on, if that was interrupted
  rostersync rollback RUN -c rostersync.json         see what would undo it; --apply undoes it

Exit codes:
  0  the directory is as asked (plan: nothing to do; resume: nothing to resume)
  1  could not run: usage, configuration, credentials, unreadable file, directory unreachable
  2  plan, or rollback without --apply: there are differences
  3  done, but a person is needed: rows rejected, in conflict, failed or withheld
  4  refused by a safety limit or an integrity check; nothing was written
  5  another run holds the lock of this state directory
  6  stopped early (signal, deadline, too many failures, key revoked, directory lost); resume goes on)";

inline constexpr const char* run = R"(
ROSTER is a CSV, JSON or JSON Lines file, or - for standard input. Command-line options win over
the configuration file. Results go to standard output, logs to standard error; the full account is
written to the report directory as report.json and report.csv.)";

inline constexpr const char* apply = R"(
PLAN is a file that rostersync plan --out wrote: at most a day old, unchanged since, and for this
directory. Nothing is compared with the roster again. Every user is read before they are written:
who changed since the plan was made is a conflict (drifted), who is as planned already is unchanged.
The limits are checked anew. Secrets are in no plan: they are taken from the roster that it was
made from, which must be the same to the byte.)";

inline constexpr const char* resume = R"(
RUN is a run's name, as rostersync runs lists it; without it, the latest run that was interrupted.
Changes that are confirmed are not sent again; one whose answer was lost is settled by reading the
user. The reports are of the whole run. With nothing to resume, the exit code is 0. A run that is
older than a day, or that a later sync took the place of, is not resumed: run sync again.)";

inline constexpr const char* rollback = R"(
Users whom the run updated get back what they had; users whom it created are disabled, never
deleted. Each is read first: who changed since that run is a conflict (drifted), who is as before
already is unchanged. The limits hold as for any plan. What cannot be undone (a secret, what the
directory does not tell, an invitation that went out) is listed: not_undone. Only the rows of the
last 30 runs are kept. A rollback is a run like any other, and can be rolled back itself.)";

inline constexpr const char* report = R"(
RUN is a run's name, as rostersync runs lists it; without it, the latest. What the run has not
settled is told as skipped or failed. Needs no credentials, and asks nothing of the directory.)";

inline constexpr const char* runs = R"(
CHANGES are those that are settled, of those that were planned. A run that is interrupted (or still
going on) can be gone on with: rostersync resume RUN.)";

inline constexpr const char* profile_check = R"(
Without --probe nothing is asked of anybody. With it, the first page of the listing is read, with the
credentials that a run would use, and shown: how its first user is understood, what no user of it
has, and what the API returned that the profile does not mention. The page holds people's data.)";

}  // namespace rostersync::cli::help
