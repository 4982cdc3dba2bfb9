package holdfast.console;

import holdfast.access.Role;
import holdfast.access.Session;
import holdfast.kernel.Ids;
import holdfast.pages.Head;
import java.util.List;

/// What is around every page of the console.
///
/// @param section which part of the console this is, by its path
/// @param csrf for the forms on the page
/// @param stuck how many reasons there are to look at a payment, not counted far beyond a hundred
record Shell(Head head, Session session, String section, String csrf, long stuck) {

    static final int STUCK_COUNTED_MAX = 100;

    /// A part of the console.
    record Section(String path, String title, Role role) {}

    private static final List<Section> SECTIONS = List.of(
            new Section("/console", "Now", Role.VIEWER),
            new Section("/console/orders", "Orders", Role.VIEWER),
            new Section("/console/inventory", "Inventory", Role.VIEWER),
            new Section("/console/discounts", "Discount codes", Role.VIEWER),
            new Section("/console/work", "Work list", Role.VIEWER),
            new Section("/console/checks", "Checks", Role.VIEWER),
            new Section("/console/keys", "API keys", Role.ADMIN),
            new Section("/console/staff", "Staff", Role.ADMIN),
            new Section("/console/log", "Audit log", Role.ADMIN),
            new Section("/console/settings", "Settings", Role.ADMIN));

    /// Those that this one of the staff may open.
    List<Section> sections() {
        return SECTIONS.stream()
                .filter(each -> session.role().includes(each.role))
                .toList();
    }

    /// How many payments somebody has to look at, as far as that is counted.
    String toLookAt() {
        return stuck > STUCK_COUNTED_MAX ? STUCK_COUNTED_MAX + "+" : String.valueOf(stuck);
    }

    boolean isHere(Section other) {
        return section.equals(other.path);
    }

    boolean maySell() {
        return session.role().includes(Role.STAFF);
    }

    boolean mayAdmit() {
        return session.role().includes(Role.ADMIN);
    }

    /// A name for what a form does, so that it does it once, however often it is sent.
    String once() {
        return Ids.next().toString();
    }
}
