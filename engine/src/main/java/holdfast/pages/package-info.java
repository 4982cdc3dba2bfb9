/// What the pages for people share: templates, assets, the headers that go with a page, forms, cookies, and
/// what is told while a page is looked at. Knows HTTP and nothing of the shop.
@NullMarked
package holdfast.pages;

import org.jspecify.annotations.NullMarked;
