package holdfast.app;

import holdfast.audit.ProviderLedger;
import holdfast.payment.sandbox.SandboxGateway;
import holdfast.psp.PaymentIntent;
import holdfast.psp.SandboxProvider;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/// The books of a sandbox that runs in this process: there our payment id is the reference.
public final class SandboxLedger implements ProviderLedger {

    private final SandboxProvider provider;
    private int early;

    public SandboxLedger(SandboxProvider provider) {
        this.provider = provider;
    }

    @Override
    public String gateway() {
        return SandboxGateway.NAME;
    }

    @Override
    public void look() {
        early = provider.ledger().size();
    }

    @Override
    public void read(Consumer<Intent> intents, Consumer<Movement> movements) {
        for (PaymentIntent intent : provider.list()) {
            intents.accept(new Intent(intent.reference(), UUID.fromString(intent.reference())));
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
