package holdfast.api;

import holdfast.kernel.Money;
import holdfast.payment.Charge;
import holdfast.payment.Gateway;
import holdfast.payment.Listing;
import holdfast.payment.Outcome;
import holdfast.payment.Retrieved;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Keeps a gateway from being read, of one payment or of all.
final class Dark {

    private volatile @Nullable String dark;

    /// One payment cannot be read any more, nor can the list.
    void falls(String reference) {
        dark = reference;
    }

    void lifts() {
        dark = null;
    }

    Gateway before(Gateway gateway) {
        return new Shaded(gateway);
    }

    private final class Shaded implements Gateway {

        private static final String WHY = "it is dark";

        private final Gateway gateway;

        Shaded(Gateway gateway) {
            this.gateway = gateway;
        }

        @Override
        public String name() {
            return gateway.name();
        }

        @Override
        public boolean takesOurReference() {
            return gateway.takesOurReference();
        }

        @Override
        public Outcome create(Charge charge, String key) {
            return gateway.create(charge, key);
        }

        @Override
        public Outcome authorize(String reference, Charge charge, String key) {
            return gateway.authorize(reference, charge, key);
        }

        @Override
        public Outcome capture(String reference, Money amount, String key) {
            return gateway.capture(reference, amount, key);
        }

        @Override
        public Outcome cancel(String reference, String key) {
            return gateway.cancel(reference, key);
        }

        @Override
        public Outcome refund(String reference, Money amount, String key) {
            return gateway.refund(reference, amount, key);
        }

        @Override
        public Retrieved retrieve(String reference) {
            return reference.equals(dark) ? new Retrieved.Unreachable(WHY) : gateway.retrieve(reference);
        }

        @Override
        public Listing list(Instant from, Instant until, @Nullable String page) {
            return dark == null ? gateway.list(from, until, page) : new Listing.Unreachable(WHY);
        }
    }
}
