-- What the scripts of a job share; it stands before each of them.
-- KEYS 1 job, 2 chunks, 3 results, 4 errors, 5 tombstone, 6 overlay
-- ARGV 1 id, 2 now, 3 channel of jobs that moved, 4 ms that the tombstone outlives the job, 5.. the script's own
local now = tonumber(ARGV[2])

local function is_open(state)
  return state == 'receiving' or state == 'running' or state == 'paused'
end

local function wake()
  redis.call('PUBLISH', ARGV[3], ARGV[1])
  redis.call('HSET', KEYS[1], 'woken', ARGV[2])
end

-- At most ten a second. The distance, because the clocks of two callers need not agree.
local function wake_sometimes(woken)
  if math.abs(now - tonumber(woken or 0)) >= 100 then
    wake()
  end
end

-- The terminal transition: from here on, everything of the job expires together.
local function finish(state)
  local ttl = redis.call('HGET', KEYS[1], 'ttl')
  redis.call('HSET', KEYS[1], 'state', state, 'finished', ARGV[2])
  for _, key in ipairs({1, 2, 3, 4, 6}) do
    redis.call('PEXPIRE', KEYS[key], ttl)
  end
  redis.call('SET', KEYS[5], '1', 'PX', tonumber(ttl) + tonumber(ARGV[4]))
  wake()
end

-- All is answered. The state must not depend on who came to the late items first, a worker or the sweep.
local function finish_answered(expired)
  finish(expired > 0 and 'expired' or 'succeeded')
end

-- A part of the job that comes into being later than the job lives no longer than it.
local function expire_with_job(key)
  redis.call('PEXPIRE', key, redis.call('PTTL', KEYS[1]))
end
