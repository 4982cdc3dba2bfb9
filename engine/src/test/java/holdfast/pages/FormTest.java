package holdfast.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import holdfast.kernel.Problem;
import holdfast.kernel.Refusal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FormTest {

    @Test
    void a_form_is_read_as_a_browser_writes_it() {
        Form form = Form.parse("name=Ada+Lovelace&city=Z%C3%BCrich&codes=A&codes=B&empty=&alone");
        assertThat(form.text("name")).isEqualTo("Ada Lovelace");
        assertThat(form.text("city")).isEqualTo("Zürich");
        assertThat(form.all("codes")).containsExactly("A", "B");
        assertThat(form.textOrNull("empty")).isNull();
        assertThat(form.has("alone")).isTrue();
        assertThat(form.text("nowhere")).isEmpty();
        assertThat(form.names()).containsExactly("name", "city", "codes", "empty", "alone");
    }

    @Test
    void what_no_browser_writes_is_refused() {
        for (String bad : new String[] {"a=%", "a=%4", "a=%zz", "a=%C3", "a=%FF", "a=ü", "a=1&".repeat(2_001)}) {
            assertThatThrownBy(() -> Form.parse(bad))
                    .as(bad)
                    .isInstanceOfSatisfying(
                            Refusal.class,
                            refusal -> assertThat(refusal.problem()).isEqualTo(Problem.INVALID_REQUEST));
        }
    }

    @Test
    void a_card_number_is_refused_wherever_it_was_typed_and_is_not_repeated() {
        assertThatThrownBy(() -> Form.parse("name=Ada&company=4242+4242+4242+4242"))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(Problem.CARD_DATA_NOT_ACCEPTED);
                    assertThat(refusal.detail()).doesNotContain("4242");
                });
        assertThat(Form.parse("sku=4242424242424242").text("sku")).isEqualTo("4242424242424242");
    }

    @Test
    void what_is_wrong_is_collected_field_by_field() {
        var errors = new FormErrors();
        Form form = Form.parse("pieces=x&more=7&color=blue");
        assertThat(form.integer("pieces", 1, 9, errors)).isEmpty();
        assertThat(form.integer("more", 1, 9, errors)).hasValue(7);
        @Nullable Tone tone = form.read("color", Tone::valueOf, "Is no tone.", errors);
        assertThat(tone).isNull();
        assertThat(errors.of("pieces")).isEqualTo("Enter a whole number from 1 to 9.");
        assertThat(errors.all()).containsOnlyKeys("pieces", "color");
        errors.add("pieces", "Something else");
        assertThat(errors.of("pieces")).startsWith("Enter");
    }

    private enum Tone {
        LIGHT
    }

    @Test
    void a_token_belongs_to_one_session() {
        Form form = Form.parse(Csrf.FIELD + "=" + Csrf.token("one session"));
        assertThat(Csrf.matches("one session", form)).isTrue();
        assertThat(Csrf.matches("another session", form)).isFalse();
        assertThat(Csrf.matches("one session", Form.parse(""))).isFalse();
    }

    @Test
    void a_message_survives_the_cookie_and_rubbish_does_not() {
        Flash flash = Flash.bad("Only 2 left: “Zürich”");
        assertThat(Flash.of(flash.cookie())).isEqualTo(flash);
        assertThat(Flash.of(Flash.good("ok").cookie())).isEqualTo(Flash.good("ok"));
        assertThat(Flash.of("")).isNull();
        assertThat(Flash.of("n***")).isNull();
    }
}
