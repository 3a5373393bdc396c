-- Gives up a call that was not answered, so that it may be tried again.
-- KEYS 1 record, 2 lease
-- ARGV 1 holder, 2 whether to forget what it began
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end

redis.call('DEL', KEYS[2])
if ARGV[2] == '1' then
  redis.call('DEL', KEYS[1])
end
return 1
