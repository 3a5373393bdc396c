-- Says whether the feeder is to leave the job alone. Beside the state: a job may be paused while its body arrives.
-- ARGV 5 whether it is paused
if not is_open(redis.call('HGET', KEYS[1], 'state')) then
  return 0
end

redis.call('HSET', KEYS[1], 'paused', ARGV[5])
wake()
return 1
