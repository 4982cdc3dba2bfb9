package holdfast.order;

import holdfast.db.Database;
import holdfast.event.Outbox;
import holdfast.kernel.OrderId;
import holdfast.payment.Gateway;
import java.time.Duration;
import java.util.Map;

/// Moves the money of orders: captures what was set aside, lets go of it or gives it back when an order is canceled,
/// and carries out refunds.
public final class Settlement implements AutoCloseable {

    private final Database database;
    private final Map<String, Gateway> gateways;
    private final Outbox outbox;

    /// @param gateways by their names
    public Settlement(Database database, Map<String, Gateway> gateways, Canceling canceling, Outbox outbox) {
        this.database = database;
        this.gateways = gateways;
        this.outbox = outbox;
    }

    /// Begins to work, in threads of its own.
    public void start() {
        throw new UnsupportedOperationException(database + " " + gateways + outbox);
    }

    /// There is something to do: call this after the transaction that made it so.
    public void wake() {
        throw new UnsupportedOperationException();
    }

    /// Waits until it is known whether the order's money was taken, at most `atMost`; returns whether it is known.
    public boolean awaitCapture(OrderId order, Duration atMost) {
        throw new UnsupportedOperationException();
    }

    /// Takes on nothing new and waits for what is under way.
    @Override
    public void close() {}
}
