-- A dead letter is not being tried again after all.
-- KEYS 1 letter, 2 replays
-- ARGV 1 id
redis.call('HDEL', KEYS[1], 'replaying')
return redis.call('HDEL', KEYS[2], ARGV[1])
