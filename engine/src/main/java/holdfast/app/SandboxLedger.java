package holdfast.app;

import holdfast.audit.ProviderLedger;
import holdfast.payment.sandbox.SandboxGateway;
import holdfast.psp.PaymentIntent;
import holdfast.psp.SandboxProvider;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The books of a sandbox that runs in this process, or that a copy of its journal tells of.
public final class SandboxLedger implements ProviderLedger {

    private final SandboxProvider provider;
    private final String gateway;
    private int early;

    public SandboxLedger(SandboxProvider provider) {
        this(provider, SandboxGateway.NAME);
    }

    /// @param gateway the name of the one that asks it
    public SandboxLedger(SandboxProvider provider, String gateway) {
        this.provider = provider;
        this.gateway = gateway;
    }

    @Override
    public String gateway() {
        return gateway;
    }

    @Override
    public void look() {
        early = provider.ledger().size();
    }

    @Override
    public void read(Consumer<Intent> intents, Consumer<Movement> movements) {
        for (PaymentIntent intent : provider.list()) {
            intents.accept(new Intent(intent.reference(), payment(intent)));
        }
        List<holdfast.psp.Movement> ledger = provider.ledger();
        for (int i = 0; i < ledger.size(); i++) {
            holdfast.psp.Movement moved = ledger.get(i);
            movements.accept(movement(moved, i < early));
        }
    }

    /// A refund that failed counts as one that takes back what it gave.
    private static Movement movement(holdfast.psp.Movement moved, boolean early) {
        boolean failed = moved.kind() == holdfast.psp.Movement.Kind.REFUND_FAILED;
        long amount = moved.amount().minor();
        return new Movement(
                failed ? Kind.REFUND : Kind.valueOf(moved.kind().name()),
                moved.reference(),
                failed ? -amount : amount,
                moved.amount().currency().getCurrencyCode(),
                failed || moved.key().isEmpty() ? null : moved.key(),
                early,
                moved.at());
    }

    /// Null: somebody else had it made, and gave it a name that is none of ours.
    private static @Nullable UUID payment(PaymentIntent intent) {
        try {
            return UUID.fromString(intent.paymentId());
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
