package holdfast.api;

import holdfast.kernel.Money;
import holdfast.payment.Charge;
import holdfast.payment.Gateway;
import holdfast.payment.Listing;
import holdfast.payment.Outcome;
import holdfast.payment.Retrieved;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A gateway that can be down: then every other request to it has its effect all the same, and nobody hears of
/// it.
final class ProviderOutage implements Gateway {

    private final Gateway gateway;
    private final AtomicInteger lost = new AtomicInteger();
    private volatile boolean down;

    ProviderOutage(Gateway gateway) {
        this.gateway = gateway;
    }

    void begins() {
        down = true;
    }

    void ends() {
        down = false;
    }

    @Override
    public String name() {
        return gateway.name();
    }

    @Override
    public boolean takesOurReference() {
        return gateway.takesOurReference();
    }

    /// Names are had until the very moment, so that money is asked for in the dark.
    @Override
    public Outcome create(Charge charge, String key) {
        return gateway.create(charge, key);
    }

    @Override
    public Outcome authorize(String reference, Charge charge, String key) {
        return asked(() -> gateway.authorize(reference, charge, key));
    }

    @Override
    public Outcome capture(String reference, Money amount, String key) {
        return asked(() -> gateway.capture(reference, amount, key));
    }

    @Override
    public Outcome cancel(String reference, String key) {
        return asked(() -> gateway.cancel(reference, key));
    }

    @Override
    public Outcome refund(String reference, Money amount, String key) {
        return asked(() -> gateway.refund(reference, amount, key));
    }

    @Override
    public Retrieved retrieve(String reference) {
        return down ? new Retrieved.Unreachable("an outage") : gateway.retrieve(reference);
    }

    @Override
    public Listing list(Instant from, Instant until, @Nullable String page) {
        return down ? new Listing.Unreachable("an outage") : gateway.list(from, until, page);
    }

    private Outcome asked(Supplier<Outcome> request) {
        if (!down) return request.get();
        if (lost.getAndIncrement() % 2 == 0) {
            var _ = request.get();
        }
        return new Outcome.Unknown("an outage", Outcome.Doubt.ONLY_READABLE);
    }
}
