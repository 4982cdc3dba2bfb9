package holdfast.app;

import static org.assertj.core.api.Assertions.assertThat;

import holdfast.audit.ProviderLedger.Intent;
import holdfast.audit.ProviderLedger.Movement;
import holdfast.kernel.Ids;
import holdfast.kernel.Money;
import holdfast.psp.SandboxProvider;
import holdfast.psp.SandboxServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What an audit hears of the sandbox's books.
final class SandboxLedgerTest {

    private static final Money PRICE = Money.of(1999, Currency.getInstance("GBP"));

    private final List<Intent> intents = new ArrayList<>();
    private final List<Movement> movements = new ArrayList<>();

    @Test
    void a_refund_that_failed_takes_back_what_was_given_back() throws Exception {
        UUID payment = Ids.next();
        try (var provider = SandboxProvider.inMemory();
                var server = new SandboxServer(provider, "127.0.0.1", 0);
                var http = HttpClient.newHttpClient()) {
            provider.authorize(payment.toString(), PRICE, "pm_card_refundFail", "a");
            provider.capture(payment.toString(), PRICE, "c");
            provider.refund(payment.toString(), PRICE, "r");
            http.send(
                    HttpRequest.newBuilder(server.address().resolve("/_control/refunds/end"))
                            .POST(BodyPublishers.noBody())
                            .build(),
                    BodyHandlers.discarding());

            new SandboxLedger(provider).read(intents::add, movements::add);
        }

        assertThat(intents).containsExactly(new Intent(payment.toString(), payment));
        assertThat(movements)
                .extracting(it -> it.kind() + " " + it.amount() + " " + it.key())
                .containsExactly("AUTH 1999 a", "CAPTURE 1999 c", "REFUND 1999 r", "REFUND -1999 null");
    }

    @Test
    void a_payment_of_somebody_else_has_no_name_of_ours() {
        try (var provider = SandboxProvider.inMemory()) {
            provider.authorize("by hand", PRICE, "pm_card_visa", "a");

            new SandboxLedger(provider).read(intents::add, movements::add);
        }

        assertThat(intents).containsExactly(new Intent("by hand", null));
    }
}
