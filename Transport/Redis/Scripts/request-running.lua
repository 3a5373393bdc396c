-- Shows waiting requests as running; any other state stays what it is.
-- KEYS, for each record: record
for i = 1, #KEYS do
  if redis.call('HGET', KEYS[i], 'state') == 'queued' then
    redis.call('HSET', KEYS[i], 'state', 'running')
  end
end
return 1
