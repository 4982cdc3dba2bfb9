package holdfast.pages;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a page begins with.
///
/// @param title of the page; the name of the site comes behind it
/// @param site the name of the site
/// @param nonce by which the page's own scripts are told from others
/// @param assets where stylesheet and scripts are
/// @param modules scripts of this page, by the names of their assets
/// @param styles stylesheets besides the common one, by the names of their assets
/// @param flash what the page before wanted to say; null: nothing
/// @param path of this page
public record Head(
        String title,
        String site,
        String nonce,
        Assets assets,
        List<String> modules,
        List<String> styles,
        @Nullable Flash flash,
        String path) {

    /// With scripts of its own, by the names of their assets.
    public Head with(String... more) {
        return new Head(title, site, nonce, assets, List.of(more), styles, flash, path);
    }

    /// With stylesheets of its own, by the names of their assets.
    public Head styled(String... more) {
        return new Head(title, site, nonce, assets, modules, List.of(more), flash, path);
    }

    /// Where an asset is.
    public String asset(String name) {
        return assets.url(name);
    }
}
