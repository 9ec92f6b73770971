/**
 * Each operation is one script, so it is atomic and uses the clock of the server. An operation that is sent again with
 * the same id, because its reply was lost, is carried out once.
 */
export const SCRIPTS = {
  /** KEYS claim; ARGV id, owner, retention in milliseconds */
  claim: `
    local mine = ARGV[1] .. ' ' .. ARGV[2]
    local claim = redis.call('GET', KEYS[1])
    if not claim then
      redis.call('SET', KEYS[1], mine, 'PX', ARGV[3])
      claim = mine
    end
    return { claim == mine and 1 or 0, string.sub(claim, string.find(claim, ' ', 1, true) + 1) }`,

  /** KEYS counter, recent; ARGV id, owner, lowest number, highest number or '', retention in milliseconds or '' */
  nextValue: `
    local done = redis.call('ZSCORE', KEYS[2], ARGV[1])
    if done then return { 1, tonumber(done), ARGV[2] } end
    local last = redis.call('HMGET', KEYS[1], 'number', 'owner')
    local number = tonumber(ARGV[3])
    if last[1] then number = math.max(number, tonumber(last[1]) + 1) end
    if ARGV[4] ~= '' and number > tonumber(ARGV[4]) then
      return { 0, tonumber(last[1] or '-1'), last[2] or '' }
    end
    redis.call('HSET', KEYS[1], 'number', string.format('%.0f', number), 'owner', ARGV[2])
    redis.call('ZADD', KEYS[2], number, ARGV[1])
    redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -129)
    if ARGV[5] ~= '' then
      redis.call('PEXPIRE', KEYS[1], ARGV[5])
      redis.call('PEXPIRE', KEYS[2], ARGV[5])
    end
    return { 1, number, ARGV[2] }`,

  /** KEYS counter */
  highest: `return redis.call('HGET', KEYS[1], 'number')`,

  /**
   * KEYS queue, expiry, owners, fence; ARGV id, owner, ttl, 1 to enter, channel, retention in milliseconds. A fence is
   * never below the clock, so that it rises even after the last fence has expired.
   */
  enqueueOrRenew: `
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    local fence = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or '-1')
    if fence < 0 then
      if ARGV[4] == '0' then return {} end
      fence = math.max(now, tonumber(redis.call('GET', KEYS[4]) or '0') + 1)
      redis.call('SET', KEYS[4], string.format('%.0f', fence))
      redis.call('ZADD', KEYS[1], fence, ARGV[1])
      redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
    end
    redis.call('HSET', KEYS[2], ARGV[1], string.format('%.0f', now + ARGV[3]))
    local first = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
    local changed = false
    while first ~= ARGV[1] and tonumber(redis.call('HGET', KEYS[2], first) or '0') < now do
      redis.call('ZREM', KEYS[1], first)
      redis.call('HDEL', KEYS[2], first)
      redis.call('HDEL', KEYS[3], first)
      first = redis.call('ZRANGE', KEYS[1], 0, 0)[1]
      changed = true
    end
    if changed then redis.call('PUBLISH', ARGV[5], '') end
    for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, ARGV[6]) end
    return { redis.call('ZRANK', KEYS[1], ARGV[1]), fence, redis.call('HGET', KEYS[3], first) }`,

  /** KEYS queue, expiry, owners; ARGV id, channel */
  leave: `
    if redis.call('ZREM', KEYS[1], ARGV[1]) == 1 then redis.call('PUBLISH', ARGV[2], '') end
    redis.call('HDEL', KEYS[2], ARGV[1])
    redis.call('HDEL', KEYS[3], ARGV[1])
    return 1`,

  /** KEYS value */
  read: `return redis.call('HMGET', KEYS[1], 'version', 'value')`,

  /** KEYS value; ARGV id, version, and the value unless it is deleted */
  compareAndSwap: `
    local last = redis.call('HMGET', KEYS[1], 'version', 'id')
    if last[2] == ARGV[1] then return 1 end
    if tonumber(last[1] or '0') ~= tonumber(ARGV[2]) then return 0 end
    redis.call('HSET', KEYS[1], 'version', string.format('%.0f', ARGV[2] + 1), 'id', ARGV[1])
    if ARGV[3] then redis.call('HSET', KEYS[1], 'value', ARGV[3]) else redis.call('HDEL', KEYS[1], 'value') end
    return 1`,

  /** KEYS times; ARGV id, window, 1 to add */
  count: `
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2])
    if ARGV[3] == '1' then
      redis.call('ZADD', KEYS[1], 'NX', now, ARGV[1])
      redis.call('PEXPIRE', KEYS[1], ARGV[2])
    end
    return redis.call('ZCARD', KEYS[1])`,

  clock: `
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)`,
} as const;
