package holdfast.psp;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Which objects are shown whole, where else only their names would stand.
///
/// @param paths such as `latest_charge`
record Expand(Set<String> paths) {

    static final Expand NOTHING = new Expand(Set.of());

    private static final String WITHIN_LIST = "data.";

    static Expand of(Form form, Set<String> known) {
        return new Expand(Set.copyOf(checked(form.list("expand"), known)));
    }

    /// Of a list, whose objects lie in `data`.
    static Expand ofList(Form form, Set<String> known) {
        List<String> given = form.list("expand").stream()
                .map(path -> path.startsWith(WITHIN_LIST) ? path.substring(WITHIN_LIST.length()) : "list." + path)
                .toList();
        return new Expand(Set.copyOf(checked(given, known)));
    }

    private static List<String> checked(List<String> paths, Set<String> known) {
        for (String path : paths) {
            if (!known.contains(path)) {
                throw new Refused(
                        StripeError.invalid(null, "expand", "This property cannot be expanded (" + path + ")."));
            }
        }
        return paths;
    }

    boolean has(String path) {
        return paths.contains(path);
    }

    /// What is expanded within `path`.
    Expand within(String path) {
        return new Expand(paths.stream()
                .filter(it -> it.startsWith(path + "."))
                .map(it -> it.substring(path.length() + 1))
                .collect(Collectors.toUnmodifiableSet()));
    }
}
