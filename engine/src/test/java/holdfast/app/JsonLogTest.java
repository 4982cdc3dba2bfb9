package holdfast.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The log as programs read it.
class JsonLogTest {

    private static final String CONFIGURATION = """
            <configuration>
              <include resource="holdfast/log-json.xml"/>
              <root level="INFO"><appender-ref ref="STDERR"/></root>
            </configuration>
            """;

    @Test
    void an_entry_is_an_object_on_a_line_of_its_own_whatever_is_in_it() throws JoranException {
        PrintStream before = System.err;
        var written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, UTF_8));
        var context = new LoggerContext();
        try (var _ = MDC.putCloseable("checkout", "01a204ea-f9a6-7000-8000-000000000001")) {
            context.setMDCAdapter(MDC.getMDCAdapter());
            var configurator = new JoranConfigurator();
            configurator.setContext(context);
            configurator.doConfigure(new ByteArrayInputStream(CONFIGURATION.getBytes(UTF_8)));
            context.getLogger("holdfast.checkout").warn("Somebody said {}", "\"}\r\n{\"level\": \"ERROR\", \u001b[31m");
            context.getLogger("holdfast.checkout").error("It broke", new IllegalStateException("in\ntwo lines"));
        } finally {
            System.setErr(before);
            context.stop();
        }
        List<String> lines = written.toString(UTF_8).lines().toList();
        assertThat(lines).hasSize(2);
        JsonNode warning = new JsonMapper().readTree(lines.getFirst());
        assertThat(warning.path("level").stringValue("")).isEqualTo("WARN");
        assertThat(warning.path("loggerName").stringValue("")).isEqualTo("holdfast.checkout");
        assertThat(warning.path("formattedMessage").stringValue("")).startsWith("Somebody said \"}");
        assertThat(warning.path("mdc").path("checkout").stringValue(""))
                .isEqualTo("01a204ea-f9a6-7000-8000-000000000001");
        assertThat(warning.path("timestamp").isNumber()).isTrue();
        JsonNode error = new JsonMapper().readTree(lines.getLast());
        assertThat(error.path("throwable").path("message").stringValue("")).isEqualTo("in\ntwo lines");
    }
}
