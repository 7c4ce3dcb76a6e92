-- wrk: each of the paths in the file, in turn. -- FILE_OF_PATHS
local paths, next_path = {}, 0

function init(arguments)
  for line in io.lines(arguments[1]) do paths[#paths + 1] = line end
end

function request()
  next_path = next_path % #paths + 1
  return wrk.format("GET", paths[next_path], {["x-APIKey"] = "k"})
end
