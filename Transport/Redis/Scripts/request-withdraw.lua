-- Takes back records of requests of one shard that could not be published, as if they had never been.
-- KEYS 1 open requests of the shard, 2 backlog of the shard; then, for each: record
for i = 3, #KEYS do
  local member = string.match(redis.call('GET', KEYS[i]) or '', '^([^\n]+)\n')
  redis.call('UNLINK', KEYS[i])
  if member then
    close(member)
  end
end
settle()
return 1
