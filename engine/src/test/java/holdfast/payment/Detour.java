package holdfast.payment;

import holdfast.kernel.Money;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A gateway with something in front of it: what a test lets happen to requests and answers on their way.
public final class Detour implements Gateway {

    private final Gateway gateway;
    private final Way way;

    /// What happens on the way; nothing, where it does not say.
    public interface Way {

        /// Whether it takes our reference.
        ///
        /// @param does whether the gateway itself does
        default boolean takesOurReference(boolean does) {
            return does;
        }

        /// Money is to be moved.
        ///
        /// @param operation `create`, `authorize`, `capture`, `void` or `refund`
        default Outcome moved(String operation, Supplier<Outcome> request) {
            return request.get();
        }

        /// The same, where it matters whose money.
        ///
        /// @param key our idempotency key, which begins with our id of the payment
        default Outcome moved(String operation, String key, Supplier<Outcome> request) {
            return moved(operation, request);
        }

        /// A payment is to be read.
        default Retrieved read(String reference, Supplier<Retrieved> request) {
            return request.get();
        }

        /// What was given back of a payment is to be read.
        default GivenBack readRefunds(String reference, Supplier<GivenBack> request) {
            return request.get();
        }

        /// All payments are to be listed.
        default Listing listed(Supplier<Listing> request) {
            return request.get();
        }
    }

    public Detour(Gateway gateway, Way way) {
        this.gateway = gateway;
        this.way = way;
    }

    @Override
    public String name() {
        return gateway.name();
    }

    @Override
    public boolean takesOurReference() {
        return way.takesOurReference(gateway.takesOurReference());
    }

    @Override
    public Outcome create(Charge charge, String key) {
        return way.moved("create", key, () -> gateway.create(charge, key));
    }

    @Override
    public Outcome authorize(String reference, Charge charge, String key) {
        return way.moved("authorize", key, () -> gateway.authorize(reference, charge, key));
    }

    @Override
    public Outcome capture(String reference, Money amount, String key) {
        return way.moved("capture", key, () -> gateway.capture(reference, amount, key));
    }

    @Override
    public Outcome cancel(String reference, String key) {
        return way.moved("void", key, () -> gateway.cancel(reference, key));
    }

    @Override
    public Outcome refund(String reference, Money amount, String key) {
        return way.moved("refund", key, () -> gateway.refund(reference, amount, key));
    }

    @Override
    public Retrieved retrieve(String reference) {
        return way.read(reference, () -> gateway.retrieve(reference));
    }

    @Override
    public GivenBack refunds(String reference) {
        return way.readRefunds(reference, () -> gateway.refunds(reference));
    }

    @Override
    public Listing list(Instant from, Instant until, @Nullable String page) {
        return way.listed(() -> gateway.list(from, until, page));
    }
}
