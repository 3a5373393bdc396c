-- Single submits on the bulk lane, for wrk:
--   wrk -t1 -c64 -d12 --latency -s Bench/submits.lua URL -- comments.ndjson
local requests, at = {}, 0

function init(args)
  for line in io.lines(args[1]) do
    local body = '{"model":"moderation","lane":"bulk","input":' .. line .. '}'
    requests[#requests + 1] = wrk.format('POST', '/v1/requests', { ['Content-Type'] = 'application/json' }, body)
    if #requests == 5000 then return end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
