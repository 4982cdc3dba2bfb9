package holdfast.kernel;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// Makes UUIDs of version 7 (RFC 9562, 5.7), ascending within this process, so that new rows land beside each
/// other in an index. An id is no permission: 62 of its bits are random, but its time is for all to read.
public final class Ids {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int COUNTER_BITS = 12;
    private static final AtomicLong LAST = new AtomicLong();

    private Ids() {}

    public static UUID next() {
        // Milliseconds and a 12-bit counter in one number: a burst borrows from the milliseconds to come.
        long floor = System.currentTimeMillis() << COUNTER_BITS;
        long tick = LAST.updateAndGet(last -> Math.max(last + 1, floor));
        long millis = tick >>> COUNTER_BITS;
        long counter = tick & ((1 << COUNTER_BITS) - 1);
        long high = millis << 16 | 0x7000L | counter;
        long low = RANDOM.nextLong() >>> 2 | Long.MIN_VALUE;
        return new UUID(high, low);
    }
}
