package holdfast.pages;

import java.util.List;

/// What a page lets in that is not ours, by origin; besides, any script that carries the page's nonce.
///
/// @param scripts whose scripts run in the page
/// @param frames who is shown in a frame, and may ask the browser for a payment there
/// @param asked whom scripts of the page may ask
public record Others(List<String> scripts, List<String> frames, List<String> asked) {

    static final Others NOBODY = new Others(List.of(), List.of(), List.of());

    static String listed(List<String> origins) {
        return origins.isEmpty() ? "" : " " + String.join(" ", origins);
    }
}
