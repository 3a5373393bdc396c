-- Stores the outcome of one chunk. Returns 0 stored, 1 stored before, 2 the job is over, 3 no such job or chunk.
-- ARGV 5 chunk, 6 result lines, 7 succeeded, 8 failed, 9 cancelled, 10 expired, 11 run items, 12 items that ran
local job = redis.call('HMGET', KEYS[1], 'state', 'chunks', 'done', 'woken', 'first_commit',
  'succeeded', 'failed', 'cancelled', 'expired', 'run_items',
  'ran', 'first_items')
local state, chunks, done = job[1], tonumber(job[2] or 0), tonumber(job[3] or 0)
if not state or tonumber(ARGV[5]) >= chunks then
  return 3
end
if not is_open(state) then
  return redis.call('HEXISTS', KEYS[3], ARGV[5]) == 1 and 1 or 2
end
if redis.call('HSETNX', KEYS[3], ARGV[5], ARGV[6]) == 0 then
  return 1
end

if done == 0 then
  expire_with_job(KEYS[3])
end
done = done + 1
local first = job[5] or ARGV[2]
local expired = tonumber(job[9] or 0) + tonumber(ARGV[10])
redis.call('HSET', KEYS[1],
  'done', done,
  'succeeded', tonumber(job[6] or 0) + tonumber(ARGV[7]),
  'failed', tonumber(job[7] or 0) + tonumber(ARGV[8]),
  'cancelled', tonumber(job[8] or 0) + tonumber(ARGV[9]),
  'expired', expired,
  'run_items', tonumber(job[10] or 0) + tonumber(ARGV[11]),
  'ran', tonumber(job[11] or 0) + tonumber(ARGV[12]),
  'first_commit', first,
  'first_items', tonumber(job[12] or 0) + (first == ARGV[2] and tonumber(ARGV[7]) + tonumber(ARGV[8]) or 0),
  'last_commit', ARGV[2])

if tonumber(ARGV[8]) + tonumber(ARGV[9]) + tonumber(ARGV[10]) > 0 then
  redis.call('ZADD', KEYS[4], ARGV[5], ARGV[5])
  expire_with_job(KEYS[4])
end

if done == chunks and state ~= 'receiving' then
  finish_answered(expired)
else
  wake_sometimes(job[4])
end
return 0
