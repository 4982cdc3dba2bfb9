package holdfast.checkout;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.CheckoutId;
import holdfast.payment.Charge;
import holdfast.payment.Gateway;
import holdfast.payment.Outcome;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// K37: an owner sleeps, with the gateway's answer in its hand, until its lease is over and somebody else has
/// gone on.
class LateOwnerTest {

    private static final Duration LEASE_OVER = Duration.ofSeconds(31);

    @Test
    void an_owner_who_wakes_up_late_changes_nothing() {
        var meanwhile = new AtomicReference<Runnable>(() -> {});
        try (var floor = new Floor(gateway -> sleepy(gateway, meanwhile), UnaryOperator.identity())) {
            floor.stock("MUG", 1, "MAIN");
            CheckoutId checkout = CheckoutId.next();
            assertThat(floor.open(checkout, Map.of("MUG", 1), List.of(), "ada@example.com"))
                    .isEqualTo("open");
            meanwhile.set(() -> {
                meanwhile.set(() -> {});
                floor.shiftClock(LEASE_OVER);
                floor.module.recovery().resumePayments();
            });

            assertThat(floor.complete(checkout, "visa", "the-one-key-of-this-test", 1000))
                    .isEqualTo("completed");
            assertThat(floor.count("orders")).isEqualTo(1);
            assertThat(floor.chargesStanding()).hasSize(1);
            assertThat(floor.broken()).isEmpty();
        }
    }

    /// Something happens between the gateway's answer to an authorization and whoever asked.
    private static Gateway sleepy(Gateway gateway, AtomicReference<Runnable> meanwhile) {
        return (Gateway) Proxy.newProxyInstance(
                Gateway.class.getClassLoader(), new Class<?>[] {Gateway.class}, (_, method, arguments) -> {
                    if (!method.getName().equals("authorize")) return method.invoke(gateway, arguments);
                    Outcome outcome =
                            gateway.authorize((String) arguments[0], (Charge) arguments[1], (String) arguments[2]);
                    meanwhile.get().run();
                    return outcome;
                });
    }
}
