-- Takes back records of requests of one shard that could not be published, as if they had never been.
-- KEYS 1 open requests of the shard, 2 backlog of the shard; then, for each: record
-- ARGV, for each: id, items, model/lane
for i = 0, #KEYS - 3 do
  local id, items, lane = unpack(ARGV, 3 * i + 1, 3 * i + 3)
  redis.call('UNLINK', KEYS[i + 3])
  if redis.call('ZREM', KEYS[1], items .. ' ' .. lane .. ' ' .. id) == 1 then
    redis.call('HINCRBY', KEYS[2], lane, -tonumber(items))
  end
end
