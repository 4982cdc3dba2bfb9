package holdfast.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.idempotency.Answer;
import holdfast.kernel.Money;
import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// How a refusal is told.
class AnswersTest {

    @Test
    void a_problem_says_what_to_do_next() {
        assertThat(told(Problem.PRICE_CHANGED
                        .refuse("The total is another")
                        .with("total", Money.of(500, Currency.getInstance("GBP")))))
                .isEqualTo("""
                        {"type":"/problems/price_changed","title":"The price changed since you last saw it",\
                        "status":409,"code":"price_changed","detail":"The total is another",\
                        "total":{"amount":500,"currency":"GBP"},"replay":"new_key"}""");
    }

    @Test
    void a_problem_that_passes_says_how_long_to_wait() {
        assertThat(told(Problem.UNAVAILABLE.refuse("Wait")))
                .endsWith("\"detail\":\"Wait\",\"retry_after\":1,\"replay\":\"same_key\"}");
        assertThat(told(Problem.UNAVAILABLE.refuse("Wait").with("retry_after", 7)))
                .endsWith("\"detail\":\"Wait\",\"retry_after\":7,\"replay\":\"same_key\"}");
    }

    @Test
    void every_bad_field_is_named() {
        assertThat(told(Refusal.invalid("sku", "unknown", "No \"such\" SKU"))).endsWith("""
                "errors":[{"field":"sku","code":"unknown","message":"No \\"such\\" SKU"}]}""");
    }

    @Test
    void members_may_be_lists_and_maps() {
        assertThat(told(Problem.OUT_OF_STOCK
                        .refuse("Too few")
                        .with("available", List.of(Map.of("sku", "MUG", "some", true)))))
                .containsAnyOf(
                        "\"available\":[{\"sku\":\"MUG\",\"some\":true}]",
                        "\"available\":[{\"some\":true,\"sku\":\"MUG\"}]");
    }

    private static String told(Refusal refusal) {
        Answer answer = new Answers().refused(refusal);
        assertThat(answer.status()).isEqualTo(refusal.problem().status());
        return new String(answer.body(), UTF_8);
    }
}
