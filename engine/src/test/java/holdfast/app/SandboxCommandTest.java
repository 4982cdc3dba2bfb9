package holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.stripe.StripeClient;
import com.stripe.exception.StripeException;
import com.stripe.param.PaymentIntentCreateParams;
import holdfast.Subprocess;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The provider as a process of its own.
final class SandboxCommandTest {

    private static final String SECRETS = "HOLDFAST_STRIPE_WEBHOOK_SECRETS";

    @TempDir
    Path data;

    @Test
    void it_says_where_it_is_and_remembers_after_a_kill() throws StripeException {
        String intent;
        try (var sandbox = start(Map.of())) {
            intent = client(sandbox).v1().paymentIntents().create(paid()).getId();
            sandbox.kill();
        }
        try (var sandbox = start(Map.of())) {
            assertThat(client(sandbox).v1().paymentIntents().retrieve(intent).getStatus())
                    .isEqualTo("succeeded");
            sandbox.terminate();
            assertThat(sandbox.exitCode()).isEqualTo(143);
        }
    }

    @Test
    void webhooks_need_a_secret() {
        try (var sandbox = start(Map.of(SECRETS, ""), "--webhook", "http://127.0.0.1:1/webhooks")) {
            assertThat(sandbox.exitCode()).isEqualTo(1);
            assertThat(sandbox.lines()).singleElement().asString().contains("--webhook needs a secret", SECRETS);
        }
        try (var sandbox = start(Map.of(SECRETS, "whsec_0123456789abcdef"), "--webhook", "ftp://shop/webhooks")) {
            assertThat(sandbox.exitCode()).isEqualTo(1);
            assertThat(sandbox.lines()).singleElement().asString().contains("ftp://shop/webhooks is no http address");
        }
    }

    private Subprocess start(Map<String, String> environment, String... more) {
        var arguments = new ArrayList<>(List.of("sandbox", "--psp-port", "0", "--data", data.toString()));
        arguments.addAll(List.of(more));
        return Subprocess.java(environment, Main.class, arguments.toArray(String[]::new));
    }

    private static StripeClient client(Subprocess sandbox) {
        String ready = sandbox.awaitLine(line -> line.startsWith("READY "));
        return StripeClient.builder()
                .setApiKey("sk_test_1")
                .setApiBase(URI.create(ready.substring("READY ".length())).toString())
                .build();
    }

    private static PaymentIntentCreateParams paid() {
        return PaymentIntentCreateParams.builder()
                .setAmount(1999L)
                .setCurrency("gbp")
                .setConfirm(true)
                .setPaymentMethod("pm_card_visa")
                .build();
    }
}
