package holdfast.console;

import holdfast.access.Deed;
import holdfast.access.Role;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A page of the console, or a form that is sent from one: who may have it, and what it does.
///
/// @param method `GET` or `POST`
/// @param path a template, as of a route
/// @param role the least that takes
/// @param deed what sending it does, as the audit log has it; null for a page
/// @param isWatching whether a page asks by itself, so that it does not keep a session alive
record Screen(
        String method, String path, Role role, @Nullable Deed deed, boolean isWatching, Consumer<Desk> answer) {

    /// A page.
    static Screen page(String path, Role role, Consumer<Desk> answer) {
        return new Screen("GET", path, role, null, false, answer);
    }

    /// A piece of a page that keeps itself up to date.
    static Screen watched(String path, Role role, Consumer<Desk> answer) {
        return new Screen("GET", path, role, null, true, answer);
    }

    /// A form.
    static Screen form(String path, Role role, Deed deed, Consumer<Desk> answer) {
        return new Screen("POST", path, role, deed, false, answer);
    }

    /// What changes nothing, but for whoever sends it.
    static Screen look(String path, Role role, Consumer<Desk> answer) {
        return new Screen("POST", path, role, null, false, answer);
    }
}
