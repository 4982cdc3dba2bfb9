package crooked.shelf;

import java.time.Instant;

/// Decides about stock by the clock of this machine.
record ReadsTheWrongClock(Instant deadline) {

    boolean over() {
        return deadline.isBefore(Instant.now());
    }
}
