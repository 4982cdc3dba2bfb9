package holdfast.checkout;

import holdfast.kernel.Money;
import holdfast.payment.Charge;
import holdfast.payment.Gateway;
import holdfast.payment.Listing;
import holdfast.payment.Outcome;
import holdfast.payment.Retrieved;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A gateway that goes wrong: no answer comes back as long as it is dark, or one about another amount.
final class DarkGateway implements Gateway {

    private final Gateway gateway;
    private volatile boolean dark;
    private volatile boolean anotherAmount;

    DarkGateway(Gateway gateway) {
        this.gateway = gateway;
    }

    void dark(boolean isDark) {
        dark = isDark;
    }

    void answeringAnotherAmount() {
        anotherAmount = true;
    }

    private Outcome heard(Outcome outcome) {
        return dark ? new Outcome.Unknown("it is dark") : outcome;
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
        return heard(gateway.create(charge, key));
    }

    @Override
    public Outcome authorize(String reference, Charge charge, String key) {
        Outcome outcome = gateway.authorize(reference, charge, key);
        return anotherAmount && outcome instanceof Outcome.Approved approved
                ? new Outcome.Approved(reference, approved.amount().plus(approved.amount()), null)
                : heard(outcome);
    }

    @Override
    public Outcome capture(String reference, Money amount, String key) {
        return heard(gateway.capture(reference, amount, key));
    }

    @Override
    public Outcome cancel(String reference, String key) {
        return heard(gateway.cancel(reference, key));
    }

    @Override
    public Outcome refund(String reference, Money amount, String key) {
        return heard(gateway.refund(reference, amount, key));
    }

    @Override
    public Retrieved retrieve(String reference) {
        return dark ? new Retrieved.Unreachable("it is dark") : gateway.retrieve(reference);
    }

    @Override
    public Listing list(Instant from, Instant until, @Nullable String page) {
        return dark ? new Listing.Unreachable("it is dark") : gateway.list(from, until, page);
    }
}
