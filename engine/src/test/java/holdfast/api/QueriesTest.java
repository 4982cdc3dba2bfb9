package holdfast.api;

import static holdfast.Refusals.refusalOf;
import static org.assertj.core.api.Assertions.assertThat;

import holdfast.kernel.Problem;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How the query of a URL is read.
class QueriesTest {

    @Test
    void parameters_are_decoded() {
        assertThat(Queries.parse("q=caf%C3%A9+%2B&limit=5&flag").members())
                .isEqualTo(
                        Map.of("q", new Json.Text("café +"), "limit", new Json.Text("5"), "flag", new Json.Text("")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"q=%", "q=%4", "q=%zz", "q=%C3%28", "%FF=1"})
    void what_is_not_encoded_utf8_is_refused(String query) {
        assertThat(refusalOf(() -> Queries.parse(query)).errors().getFirst().code())
                .isEqualTo("malformed");
    }

    @Test
    void a_parameter_comes_once() {
        assertThat(refusalOf(() -> Queries.parse("q=a&q=b")).errors().getFirst())
                .hasToString("FieldError[field=q, code=duplicate, message=Must be here only once]");
    }

    @Test
    void a_card_number_is_refused() {
        assertThat(refusalOf(() -> Queries.parse("q=4111+1111%201111-1111")).problem())
                .isEqualTo(Problem.CARD_DATA_NOT_ACCEPTED);
        assertThat(Queries.parse("sku=4111111111111111&cursor=4111111111111111").members())
                .hasSize(2);
    }
}
