-- Takes back records of requests of one shard that could not be published, as if they had never been. Returns, for
-- each, 1 where it was there.
-- KEYS 1 open requests of the shard, 2 backlog of the shard; then, for each: record
local taken = {}
for i = 3, #KEYS do
  local member = string.match(redis.call('GET', KEYS[i]) or '', '^([^\n]+)\n')
  redis.call('UNLINK', KEYS[i])
  if member then
    close(member)
  end
  taken[i - 2] = member and 1 or 0
end
settle()
return taken
