package holdfast.api;

import holdfast.kernel.FieldError;
import holdfast.kernel.Refusal;
import java.util.ArrayList;
import java.util.List;

/// Everything that is wrong with a request, up to a thousand things.
final class FieldErrors {

    private static final int ERRORS_MAX = 1_000;

    private final List<FieldError> errors = new ArrayList<>();

    void add(Path path, String code, String message) {
        if (errors.size() < ERRORS_MAX) errors.add(new FieldError(path.toString(), code, message));
    }

    int count() {
        return errors.size();
    }

    /// Refuses the request, if anything was wrong.
    void refuse() {
        if (!errors.isEmpty()) throw Refusal.invalid(errors);
    }
}
