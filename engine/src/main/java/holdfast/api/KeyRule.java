package holdfast.api;

import java.time.Duration;

/// What an idempotency key means to a route.
public enum KeyRule {
    /// Nothing: the route only reads.
    IGNORED(Duration.ZERO),
    /// A request with a key happens once.
    HONORED(Duration.ofDays(2)),
    /// There is no request without a key.
    REQUIRED(Duration.ofDays(2)),
    /// As [#REQUIRED], where money moves: its answer is kept longer.
    REQUIRED_FOR_MONEY(Duration.ofDays(30));

    private final Duration retention;

    KeyRule(Duration retention) {
        this.retention = retention;
    }

    /// How long the answer is kept under the key, at least.
    Duration retention() {
        return retention;
    }

    public boolean isRequired() {
        return this == REQUIRED || this == REQUIRED_FOR_MONEY;
    }
}
