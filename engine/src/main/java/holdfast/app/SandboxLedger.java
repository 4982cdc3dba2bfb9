package holdfast.app;

import holdfast.audit.ProviderLedger;
import holdfast.payment.sandbox.SandboxGateway;
import holdfast.psp.PaymentIntent;
import holdfast.psp.SandboxProvider;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/// The books of a sandbox that runs in this process, or that a copy of its journal tells of.
public final class SandboxLedger implements ProviderLedger {

    private final SandboxProvider provider;
    private final String gateway;
    private int early;

    public SandboxLedger(SandboxProvider provider) {
        this(provider, SandboxGateway.NAME);
    }

    /// @param gateway the name of the one that asks it
    SandboxLedger(SandboxProvider provider, String gateway) {
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
            intents.accept(new Intent(intent.reference(), UUID.fromString(intent.paymentId())));
        }
        List<holdfast.psp.Movement> ledger = provider.ledger();
        for (int i = 0; i < ledger.size(); i++) {
            holdfast.psp.Movement moved = ledger.get(i);
            movements.accept(new Movement(
                    Kind.valueOf(moved.kind().name()),
                    moved.reference(),
                    moved.amount().minor(),
                    moved.amount().currency().getCurrencyCode(),
                    moved.key(),
                    i < early));
        }
    }
}
