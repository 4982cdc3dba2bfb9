package holdfast.app;

import holdfast.audit.ProviderLedger;
import holdfast.audit.UnreadableLedger;
import holdfast.payment.Gateway;
import holdfast.payment.Listing;
import holdfast.payment.Listing.Listed;
import holdfast.payment.Retrieved;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The books of a provider that tells where its payments stand, and not how they got there: what must have
/// moved follows from that. By which request it did is not known.
public final class GatewayLedger implements ProviderLedger {

    private final Gateway gateway;
    private final Set<Movement> early = new HashSet<>();

    public GatewayLedger(Gateway gateway) {
        this.gateway = gateway;
    }

    @Override
    public String gateway() {
        return gateway.name();
    }

    @Override
    public void look() {
        early.clear();
        each(listed -> moved(listed, early::add));
    }

    @Override
    public void read(Consumer<Intent> intents, Consumer<Movement> movements) {
        each(listed -> {
            intents.accept(new Intent(listed.reference(), listed.payment().value()));
            moved(listed, movement -> movements.accept(early.contains(movement) ? early(movement) : movement));
        });
    }

    private void each(Consumer<Listed> payment) {
        Instant until = Instant.now();
        String page = null;
        do {
            page = each(gateway.list(Instant.EPOCH, until, page), payment);
        } while (page != null);
    }

    private @Nullable String each(Listing listing, Consumer<Listed> payment) {
        return switch (listing) {
            case Listing.Page found -> {
                found.payments().forEach(payment);
                yield found.next();
            }
            case Listing.Unreachable(String detail) ->
                throw new UnreadableLedger("the books of " + gateway.name() + " cannot be read: " + detail);
        };
    }

    private static void moved(Listed listed, Consumer<Movement> movements) {
        Retrieved.Found found = listed.found();
        boolean taken = found.state() == Retrieved.State.SUCCEEDED;
        if (taken || found.state() == Retrieved.State.REQUIRES_CAPTURE) {
            movements.accept(movement(Kind.AUTH, listed, found.amount().minor()));
        }
        if (taken)
            movements.accept(movement(Kind.CAPTURE, listed, found.captured().minor()));
        if (found.state() == Retrieved.State.CANCELED) {
            movements.accept(movement(Kind.VOID, listed, found.amount().minor()));
        }
        if (!found.refunded().isZero()) {
            movements.accept(movement(Kind.REFUND, listed, found.refunded().minor()));
        }
    }

    private static Movement movement(Kind kind, Listed listed, long amount) {
        String currency = listed.found().amount().currency().getCurrencyCode();
        return new Movement(kind, listed.reference(), amount, currency, null, false, null);
    }

    private static Movement early(Movement of) {
        return new Movement(of.kind(), of.reference(), of.amount(), of.currency(), of.key(), true, of.at());
    }
}
