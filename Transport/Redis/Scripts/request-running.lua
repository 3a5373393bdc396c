-- Shows a waiting request as running; any other state stays what it is.
-- KEYS 1 record
if redis.call('HGET', KEYS[1], 'state') == 'queued' then
  redis.call('HSET', KEYS[1], 'state', 'running')
end
return 1
