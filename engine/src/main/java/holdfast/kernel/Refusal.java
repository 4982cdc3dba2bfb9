package holdfast.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A [Problem] that happened: thrown where the only thing left is to tell the client.
///
/// It carries a sentence for this occurrence, the bad fields (all at once), and members that a client needs to
/// act: strings, numbers, booleans, [Money], and lists and maps of these.
public final class Refusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final Problem problem;
    private final transient List<FieldError> errors;
    private final transient Map<String, Object> members;

    Refusal(Problem problem, String detail) {
        this(problem, detail, List.of(), Map.of());
    }

    private Refusal(Problem problem, String detail, List<FieldError> errors, Map<String, Object> members) {
        super(detail, null, false, false); // A refusal is an answer, not a fault: nobody reads its stack.
        this.problem = problem;
        this.errors = List.copyOf(errors);
        this.members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }

    /// One or more bad fields: 400 `invalid_request`.
    public static Refusal invalid(List<FieldError> errors) {
        String detail = errors.size() == 1
                ? errors.getFirst().field() + ": " + errors.getFirst().message()
                : errors.size() + " fields are not valid";
        return new Refusal(Problem.INVALID_REQUEST, detail, errors, Map.of());
    }

    public static Refusal invalid(String field, String code, String message) {
        return invalid(List.of(new FieldError(field, code, message)));
    }

    public Refusal with(String member, Object value) {
        var more = new LinkedHashMap<>(members);
        more.put(member, value);
        return new Refusal(problem, detail(), errors, more);
    }

    public Refusal naming(FieldError error) {
        var more = new ArrayList<>(errors);
        more.add(error);
        return new Refusal(problem, detail(), more, members);
    }

    public Problem problem() {
        return problem;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }

    public List<FieldError> errors() {
        return errors;
    }

    public Map<String, Object> members() {
        return members;
    }
}
