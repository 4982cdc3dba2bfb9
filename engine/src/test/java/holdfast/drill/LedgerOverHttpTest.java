package holdfast.drill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import holdfast.audit.ProviderLedger.Intent;
import holdfast.audit.ProviderLedger.Kind;
import holdfast.audit.ProviderLedger.Movement;
import holdfast.audit.UnreadableLedger;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a sandbox tells of its books, line by line.
class LedgerOverHttpTest {

    private static final UUID PAYMENT = UUID.fromString("01a206b0-c43b-7000-94b5-81c4e8df1704");
    private static final Instant AT = Instant.parse("2026-11-23T12:00:00Z");
    private static final String FIRST = """
            {"line":"Intent","reference":"pi_1","paymentId":"01a206b0-c43b-7000-94b5-81c4e8df1704","state":"succeeded"}
            {"line":"Intent","reference":"pi_2","paymentId":"somebody else's","state":"canceled"}
            {"line":"Movement","kind":"AUTH","reference":"pi_1","amount":100,"currency":"GBP","key":"a","at":"%1$s"}
            """.formatted(AT);
    private static final String SECOND = FIRST + """
            {"line":"Refund","id":"re_1","reference":"pi_1","status":"failed","amount":100,"currency":"GBP"}
            {"line":"Movement","kind":"CAPTURE","reference":"pi_1","amount":100,"currency":"GBP","key":"c","at":"%1$s"}
            {"line":"Movement","kind":"REFUND_FAILED","reference":"pi_1","amount":40,"currency":"GBP","at":"%1$s"}
            """.formatted(AT);

    private HttpServer provider;
    private LedgerOverHttp ledger;
    private String said = FIRST;
    private int status = 200;

    @BeforeEach
    void open() throws IOException {
        provider = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        provider.createContext("/_control/ledger", exchange -> {
            byte[] body = said.getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        provider.start();
        int port = provider.getAddress().getPort();
        ledger = new LedgerOverHttp("stripe", URI.create("http://127.0.0.1:" + port));
    }

    @AfterEach
    void close() {
        provider.stop(0);
    }

    @Test
    void what_was_there_at_the_first_look_is_early_and_what_came_since_is_not() {
        ledger.look();
        said = SECOND;
        var intents = new ArrayList<Intent>();
        var movements = new ArrayList<Movement>();
        ledger.read(intents::add, movements::add);
        assertThat(intents).isEqualTo(List.of(new Intent("pi_1", PAYMENT), new Intent("pi_2", null)));
        assertThat(movements)
                .isEqualTo(List.of(
                        new Movement(Kind.AUTH, "pi_1", 100, "GBP", "a", true, AT),
                        new Movement(Kind.CAPTURE, "pi_1", 100, "GBP", "c", false, AT),
                        new Movement(Kind.REFUND, "pi_1", -40, "GBP", null, false, AT)));
    }

    @Test
    void books_that_cannot_be_read_are_told_of_with_a_reason() {
        status = 404;
        assertThatThrownBy(ledger::look)
                .isInstanceOf(UnreadableLedger.class)
                .hasMessageMatching("the books of the provider at http://127\\S+ cannot be read: it answers 404");
        status = 200;
        said = "<html>";
        assertThatThrownBy(ledger::look).hasMessageEndingWith("it does not answer in lines of JSON");
        provider.stop(0);
        assertThatThrownBy(ledger::look).hasMessageEndingWith("it does not answer");
    }
}
