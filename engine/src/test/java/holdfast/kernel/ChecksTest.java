package holdfast.kernel;

import static holdfast.Refusals.badFieldsOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Currency;
import org.junit.jupiter.api.Test;

/// What a field may hold.
final class ChecksTest {

    private static final Currency GBP = Currency.getInstance("GBP");

    @Test
    void everything_that_is_wrong_is_told_at_once() {
        assertThat(badFieldsOf(() -> new Checks()
                        .text("title", " ", 10)
                        .name("id", "a b")
                        .country("country", "ZZ")
                        .amount("price", Money.of(-1, GBP))
                        .between(1, 5, "quantity", 6)
                        .that(false, "code", "used_up", "No more")
                        .refuse()))
                .containsExactly(
                        "title required",
                        "id malformed",
                        "country unknown",
                        "price.amount out_of_range",
                        "quantity out_of_range",
                        "code used_up");
    }

    @Test
    void nothing_wrong_is_nothing_refused() {
        assertThatCode(() -> new Checks()
                        .text("title", "Tasse, blau ☕", 13)
                        .name("id", "gb-vat~2026:1")
                        .country("country", "GB")
                        .amount("price", Money.of(Money.MINOR_MAX, GBP))
                        .between(1, 5, "quantity", 1)
                        .refuse())
                .doesNotThrowAnyException();
    }

    @Test
    void a_text_has_so_many_characters_whatever_they_are_made_of() {
        assertThat(new Checks().text("title", "👩".repeat(10), 10).errors()).isEmpty();
        assertThat(new Checks().text("title", "👩".repeat(11), 10).errors())
                .extracting(FieldError::code)
                .containsExactly("too_long");
    }

    @Test
    void a_text_holds_nothing_that_is_no_character() {
        for (String text : new String[] {"a\0b", "a\nb", "a\u007fb", "a\u2028b", "a\ud800b", "a\udc00b"}) {
            assertThat(new Checks().text("title", text, 10).errors())
                    .extracting(FieldError::code)
                    .containsExactly("malformed");
        }
    }

    @Test
    void currencies_have_a_minor_unit() {
        assertThat(Currencies.find("GBP")).contains(GBP);
        assertThat(Currencies.find("JPY")).isPresent();
        assertThat(Currencies.find("gbp")).isEmpty();
        assertThat(Currencies.find("ABC")).isEmpty();
        assertThat(Currencies.find("XAU")).isEmpty();
        assertThat(Currencies.find("XXX")).isEmpty();
        assertThat(Currencies.find("GB")).isEmpty();
    }
}
