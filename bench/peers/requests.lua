-- The same requests as bench/scenarios/requests.ts by wrk: wrk -s requests.lua URL -- urls 1000, or token, or json, or post.
-- Written out, as wrk.format would cost more than wrk's own part.
local connections = 50

function init(args)
  local kind, count = args[1], tonumber(args[2])
  local lines = " HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port .. "\r\n"
  local random = math.random
  math.randomseed(os.time())
  if kind == "urls" then
    local rest = lines .. "\r\n"
    request = function() return "GET /item/" .. random(count) .. rest end
  elseif kind == "token" then
    local known = {}
    for at = 1, connections do known[at] = "GET /" .. lines .. "authorization: Bearer " .. string.format("%032d", random(1e9)) .. "\r\n\r\n" end
    request = function() return known[random(connections)] end
  elseif kind == "json" then
    local head = "POST /order" .. lines .. "content-type: application/json\r\ncontent-length: "
    request = function()
      local item = random(1e5)
      local body = '{"item":' .. item .. ',"name":"item ' .. item .. '","count":2,"tags":["new","sale"]}'
      return head .. #body .. "\r\n\r\n" .. body
    end
  elseif kind == "post" then
    local whole = "POST /" .. lines .. "content-length: 1024\r\n\r\n" .. string.rep("x", 1024)
    request = function() return whole end
  end
end
