package holdfast.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Who comes to the shop in a story. When it is over they leave, and no browser has complained.
final class Visitors implements AfterEachCallback {

    private final List<Visitor> present = new ArrayList<>();

    Visitor welcome(Visitor visitor) {
        present.add(visitor);
        return visitor;
    }

    @Override
    public void afterEach(ExtensionContext story) {
        List<String> complaints =
                present.stream().flatMap(each -> each.complaints().stream()).toList();
        present.forEach(Visitor::close);
        present.clear();
        assertThat(complaints).isEmpty();
    }
}
