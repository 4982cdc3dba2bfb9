-- The whole shop: what it sells, what it has, what it promised, what it was paid, and what it answered.
--
-- Amounts are bigint in the minor unit of the row's currency, quantities are pieces, times are timestamptz.
-- Every CHECK and UNIQUE here is a second statement of a promise the program keeps too: a bug must end in an error.
--
-- What a checkout writes has no foreign keys: parent and child are inserted by one transaction, under ids made for it,
-- and nothing deletes them; ten look-ups an order would prove that again and again. The audit looks for orphans.

-- The only clock that decides about money and stock. Tests shift it by replacing it.
create function shop_clock() returns timestamptz language sql stable return statement_timestamp();

-- One row: which of all shops this is, for a gateway that several of them use.
create table shop (
  one boolean primary key default true check (one),
  id  uuid    not null default gen_random_uuid()
);
insert into shop default values;

-- ---------------------------------------------------------------- catalog

-- One row. Counts the changes of prices, tax and shipping rates, discount codes and planned sales, so that a quote
-- knows whether it is still what the catalog says.
create table catalog_revision (
  one      boolean primary key default true check (one),
  revision bigint  not null default 1
);
insert into catalog_revision default values;

create table product (
  sku            text        primary key,
  title          text        not null,
  price_minor    bigint      not null check (price_minor >= 0),
  currency       char(3)     not null,
  weight_grams   int         not null default 0 check (weight_grams >= 0),
  tax_category   text        not null default 'standard',
  purchase_limit int         check (purchase_limit > 0), -- pieces that one customer can buy; null: no limit
  hold_seconds   int         check (hold_seconds between 1 and 86400), -- null: as the shop's holds
  backorder_limit int        not null default 0 check (backorder_limit >= 0), -- pieces promised before they are there
  created_at     timestamptz not null default shop_clock(),
  updated_at     timestamptz not null default shop_clock()
);

-- The words that a product is searched by. The parser alone would keep some of them together, as it does with hosts.
create function product_words(sku text, title text) returns tsvector language sql immutable
  return to_tsvector('simple'::regconfig, translate(sku || ' ' || title, '._~:/@-', '       '));
create index product_search on product using gin (product_words(sku, title));

create table tax_rate (
  id           text primary key,
  title        text    not null,
  country      char(2) not null,
  region       text,                                 -- null: the whole country
  tax_category text    not null default 'standard',
  ppm          int     not null check (ppm between 0 and 1000000),
  on_shipping  boolean not null default false
);
create unique index tax_rate_place on tax_rate (country, coalesce(region, ''), tax_category);

create table shipping_rate (
  id           text    primary key,
  option       text    not null,                     -- what the shopper chooses: 'standard', 'express'
  title        text    not null,
  country      char(2),                              -- null: wherever no rate of this option names the country
  price_minor  bigint  not null check (price_minor >= 0),
  currency     char(3) not null,
  basis        text    not null check (basis in ('weight', 'total')),  -- grams or minor units
  at_least     bigint  not null default 0 check (at_least >= 0),
  below        bigint  check (below > at_least)      -- null: no upper end
);

create table discount_code (
  code                 text primary key check (code = upper(code)),
  ppm                  int    check (ppm between 1 and 1000000),       -- either a percentage
  amount_minor         bigint check (amount_minor > 0),                -- or an amount
  currency             char(3),
  uses_max             int check (uses_max > 0),                       -- null: no limit
  uses_per_customer    int check (uses_per_customer > 0),
  starts_at            timestamptz,
  ends_at              timestamptz,
  uses                 int not null default 0 check (uses >= 0),
  updated_at           timestamptz not null default shop_clock(), -- since when these terms hold
  check ((ppm is null) <> (amount_minor is null)),
  check ((amount_minor is null) = (currency is null)),
  constraint discount_code_limit check (uses <= uses_max)
);

-- ---------------------------------------------------------------- cart

create table cart (
  id            uuid        primary key,
  currency      char(3)     not null,
  secret_sha256 bytea       not null,
  created_at    timestamptz not null default shop_clock(),
  updated_at    timestamptz not null default shop_clock()
);

create table cart_item (
  cart_id  uuid   not null references cart on delete cascade,
  sku      text   not null,
  quantity int    not null check (quantity between 1 and 1000000),
  added    bigint generated always as identity,      -- items are shown in the order they came
  primary key (cart_id, sku)
);

-- ---------------------------------------------------------------- inventory

create table warehouse (
  code     text primary key,
  title    text    not null,
  country  char(2) not null,
  priority int     not null default 100,             -- the lower, the sooner it is asked
  active   boolean not null default true             -- an inactive one ships what it promised, and no more
);

-- Which areas a warehouse serves, and how near it is to them.
create table warehouse_area (
  warehouse     text    not null references warehouse,
  country       char(2) not null,
  postal_prefix text    not null,                    -- how the postal codes begin, 'SW1Y'; '': the whole country
  rank          int     not null check (rank >= 0),  -- the lower, the nearer
  primary key (country, postal_prefix, warehouse)
);
create index warehouse_area_of on warehouse_area (warehouse);

create table stock (
  sku       text   not null references product,
  warehouse text   not null references warehouse,
  on_hand   bigint not null default 0 check (on_hand >= 0),
  held      bigint not null default 0 check (held >= 0),
  allocated bigint not null default 0 check (allocated >= 0),
  primary key (sku, warehouse),
  constraint never_oversold check (on_hand - held - allocated >= 0)
) with (fillfactor = 70);

-- How many pieces are promised before they are there: to open holds, and to orders that wait for them. The limit is the
-- one they were promised within; where the merchant has lowered it since, what is promised stays.
create table backorder (
  sku             text   primary key references product,
  backordered     bigint not null default 0 check (backordered >= 0),
  backorder_limit bigint not null,
  constraint never_beyond_limit check (backordered <= backorder_limit)
) with (fillfactor = 70);

-- Every change of on hand, with its cause. Held and allocated are explained by hold lines and allocations.
create table stock_movement (
  id        bigint      generated always as identity primary key,
  sku       text        not null,
  warehouse text        not null,
  kind      text        not null check (kind in ('receive', 'adjust', 'transfer', 'ship', 'restock')),
  delta     bigint      not null check (delta <> 0),
  reason    text        not null,
  cause     text        not null,                    -- what it was done for, once: 'fulfillment:…', 'refund:…'
  at        timestamptz not null default shop_clock(),
  unique (cause, sku, warehouse),
  foreign key (sku, warehouse) references stock
);
create index stock_movement_of on stock_movement (sku, warehouse, id);

-- ---------------------------------------------------------------- checkout

create table checkout (
  id               uuid        primary key,
  cart_id          uuid,
  currency         char(3)     not null,
  email            text,
  shipping_address jsonb,
  wanted_option    text,                             -- what the shopper asked for; null: the cheapest
  shipping_option  text,                             -- what was priced; null: no address yet
  shipping_title   text,
  shipping_options jsonb       not null default '[]', -- all that serve the address, as quoted
  discount_codes   text[]      not null default '{}',
  subtotal         bigint      not null check (subtotal >= 0),
  discount         bigint      not null check (discount between 0 and subtotal),
  shipping         bigint      not null check (shipping >= 0),
  tax              bigint      not null check (tax >= 0),
  total            bigint      not null,
  catalog_revision bigint      not null,             -- what the quote was made from
  secret_sha256    bytea       not null,
  created_at       timestamptz not null default shop_clock(),
  updated_at       timestamptz not null default shop_clock(),
  constraint checkout_adds_up check (total = subtotal - discount + shipping + tax)
);

-- Those of the last hour, for whoever looks on; nearly free to keep, as rows come in the order of time.
create index checkout_lately on checkout using brin (created_at) with (pages_per_range = 16);

create table checkout_line (
  checkout_id uuid   not null,
  line_no     int    not null check (line_no > 0),
  sku         text   not null,
  title       text   not null,
  quantity    int    not null check (quantity > 0),
  unit_price  bigint not null check (unit_price >= 0),
  total       bigint not null,
  discount    bigint not null default 0 check (discount between 0 and total),
  tax         bigint not null default 0 check (tax >= 0),
  primary key (checkout_id, line_no),
  constraint checkout_line_adds_up check (total = quantity * unit_price)
);

-- What a checkout has set aside, and where. The lines are in its row, as they are written, read and ended with it, and
-- thousands of them a second.
create table hold (
  checkout_id     uuid        primary key,
  state           text        not null check (state in ('active', 'paying', 'committed', 'released', 'expired')),
  created_at      timestamptz not null,
  expires_at      timestamptz not null,
  paying_deadline timestamptz,                       -- while paying: when the payment is fenced
  hard_deadline   timestamptz not null,              -- 20 minutes, or its own time and a payment's
  closed_at       timestamptz,
  sourcing        text        not null,              -- why these warehouses
  skus            text[]      not null,
  warehouses      text[]      not null,              -- '': none yet, it is backordered
  quantities      bigint[]    not null check (0 < all (quantities)),
  soft            boolean     not null default false, -- promised in Redis alone: stock.held does not count it
  check (cardinality(skus) > 0 and cardinality(skus) = cardinality(warehouses)
         and cardinality(skus) = cardinality(quantities)),
  check ((state in ('active', 'paying')) = (closed_at is null)),
  check ((state = 'paying') = (paying_deadline is not null)),
  check (expires_at <= hard_deadline)
) with (fillfactor = 45); -- room for what becomes of it, which follows at once
-- Of those that are open, whichever their state: so a state may change without touching an index.
create index hold_open on hold (expires_at) where closed_at is null;
create index hold_soft on hold using gin (skus) where soft and closed_at is null;

-- The same, piece by piece.
create view hold_line as
  select h.checkout_id, h.state, h.expires_at, h.closed_at, h.soft, h.skus, l.sku, l.warehouse, l.quantity
    from hold h
   cross join lateral unnest(h.skus, h.warehouses, h.quantities) as l (sku, warehouse, quantity);

-- A use of a code: taken when a payment begins, kept by the order, given back by a decline or a cancellation.
create table discount_use (
  code        text not null,
  checkout_id uuid not null,
  customer    text not null,
  state       text not null check (state in ('taken', 'used', 'returned')),
  primary key (checkout_id, code)
);
create index discount_use_by on discount_use (code, customer) where state <> 'returned';

-- Which checkouts to look at for what a customer holds of a SKU with a limit, its own or a sale's. It finds them, and
-- no more: what they hold, and whether they are open, is said by their holds.
create table limited_purchase (
  sku         text not null,
  customer    text not null,                         -- the e-mail address, in lower case
  checkout_id uuid not null,
  primary key (sku, customer, checkout_id)
);

-- ---------------------------------------------------------------- payment

-- One attempt to pay for a checkout, and the request to set the money aside, written before it is first sent: what is
-- asked stands in columns that never change, and its key is made of the id.
create table payment (
  id               uuid        primary key,
  checkout_id      uuid        not null,
  gateway          text        not null,
  gateway_ref      text,
  amount           bigint      not null check (amount > 0),
  currency         char(3)     not null,
  token            text        not null,             -- stands for the card or wallet
  state            text        not null check (state in ('begun', 'requires_action', 'unknown', 'declined',
                                                         'authorized', 'captured', 'voided', 'failed')),
  decline_code     text,
  next_action_url  text,
  card_brand       text,
  card_last4       text check (card_last4 ~ '^[0-9]{4}$'),
  live             boolean     not null default true, -- it has, or may still get, somebody's money
  captured         bigint      not null default 0,
  refunded         bigint      not null default 0,
  asked            uuid        not null,             -- the idempotency key that asked for it
  fence            int         not null default 1,   -- goes up with every owner; a late owner's write finds nothing
  leased_until     timestamptz,                      -- while an owner is at work on it
  due_at           timestamptz,                      -- when somebody has to look at it next; null: nothing to do
  capture_before   timestamptz,                      -- when what is set aside lapses, where the gateway says so
  awaits_shipment  boolean     not null default false, -- its money is taken when something is first to be shipped
  tries            int         not null default 0,   -- how often it was looked at in vain
  sent             int         not null default 1,   -- how often the money was asked for
  created_at       timestamptz not null default shop_clock(),
  updated_at       timestamptz not null default shop_clock(),
  check (captured between 0 and amount),
  check (refunded between 0 and captured),
  check (live = (state in ('begun', 'requires_action', 'unknown', 'authorized', 'captured')))
) with (fillfactor = 45); -- room for what becomes of it, which follows at once
create unique index payment_one_live on payment (checkout_id) where live;
create index payment_over on payment (checkout_id) where not live;
-- Not where the gateway calls it as we do: that is found by its id.
create unique index payment_gateway_ref on payment (gateway, gateway_ref) where gateway_ref <> id::text;
create index payment_lately on payment using brin (created_at) with (pages_per_range = 16);
-- Who has to look next: the checkout as long as it is open whether there is money, the settlement from then on.
create index payment_due on payment (due_at) where due_at is not null;

-- Every other request to a gateway, written with its exact content before it is first sent. The first capture follows
-- from the order: whole, under a key made of the payment's id. It stands here once it did not go well at once.
create table gateway_operation (
  key           text        not null,                -- the gateway's idempotency key: attempt, operation, number
  payment_id    uuid        not null,
  operation     text        not null check (operation in ('capture', 'void', 'refund')),
  request       jsonb       not null,
  state         text        not null check (state in ('planned', 'succeeded', 'declined', 'unknown')),
  tries         int         not null default 0,
  first_sent_at timestamptz,
  last_sent_at  timestamptz,
  created_at    timestamptz not null default shop_clock(),
  primary key (payment_id, key)
) with (fillfactor = 45);

-- What somebody has to look at. A row for each reason why a payment was ever stuck.
create table work_item (
  payment_id  uuid        not null,
  reason      text        not null,
  detail      text        not null,
  since       timestamptz not null,
  resolved_at timestamptz,                           -- null: still to be looked at
  note        text,                                  -- how it was resolved
  primary key (payment_id, reason),
  check ((resolved_at is null) = (note is null))
);
create index work_item_open on work_item (payment_id) where resolved_at is null;

-- What providers tell on their own accord, once each; of what they send, only what to look at.
create table webhook_inbox (
  gateway     text        not null,
  event_id    text        not null,
  type        text        not null,
  reference   text,                                  -- the payment, as the gateway calls it; null: about none
  created_at  timestamptz not null,                  -- by the provider's clock
  received_at timestamptz not null default shop_clock(),
  state       text        not null check (state in ('waiting', 'done', 'ignored', 'dead')),
  tries       int         not null default 0,
  due_at      timestamptz,                           -- when somebody has to look at it; a claim pushes it back
  detail      text,                                  -- why it could not be looked at
  primary key (gateway, event_id),
  check ((due_at is not null) = (state = 'waiting'))
);
create index webhook_inbox_due on webhook_inbox (due_at) where due_at is not null;
create index webhook_inbox_dead on webhook_inbox (gateway) where state = 'dead';
create index webhook_inbox_received on webhook_inbox (received_at);

-- What came of comparing a provider's list with the payments here.
create table reconciliation (
  id          uuid        primary key,
  gateway     text        not null,
  kind        text        not null check (kind in ('recent', 'full', 'asked')),
  since       timestamptz not null,                  -- payments that began then or later
  until       timestamptz not null,                  -- and before
  started_at  timestamptz not null default shop_clock(),
  ended_at    timestamptz,                           -- null: under way, or its server is gone
  checked     int         not null default 0,
  agreed      int         not null default 0,
  underway    int         not null default 0,
  unexplained int         not null default 0,
  findings    jsonb       not null default '[]',
  incomplete  text                                   -- why not everything could be looked at
);
create index reconciliation_started on reconciliation (started_at);

-- ---------------------------------------------------------------- sale

-- A SKU that is sold from a moment on to those who have waited for it, in the order in which they came.
create table sale (
  sku          text        primary key references product,
  starts_at    timestamptz not null,
  limit_per_customer int   check (limit_per_customer > 0), -- pieces that one customer can buy in it; null: no limit
  tickets      bigint      not null default 0,       -- handed out: 1, 2, 3, …
  called       bigint      not null default 0,       -- so many of them, from the first on, have been called in
  check (called between 0 and tickets)
) with (fillfactor = 70);

-- One visitor's place in the queue.
create table sale_ticket (
  sku           text        not null,
  number        bigint      not null,
  secret_sha256 bytea       not null,                -- of whoever has it
  state         text        not null check (state in ('waiting', 'called', 'inside', 'bought', 'gone')),
  due_at        timestamptz,                         -- called: until when they have to come in; inside: to hold stock
  checkout_id   uuid,                                -- what they are paying for
  created_at    timestamptz not null default shop_clock(),
  primary key (sku, number),
  unique (sku, secret_sha256),
  check ((due_at is not null) = (state = 'called' or state = 'inside' and checkout_id is null))
) with (fillfactor = 70);
create index sale_ticket_within on sale_ticket (sku) where state in ('called', 'inside');

-- ---------------------------------------------------------------- order

create sequence order_number start 1001;

create table orders (
  id               uuid        primary key,
  number           bigint      not null unique,
  checkout_id      uuid        not null unique,
  payment_id       uuid,                             -- null: nothing was to pay
  status           text        not null check (status in ('pending', 'paid', 'partially_shipped', 'shipped',
                                                          'delivered', 'canceled')),
  payment_status   text        not null check (payment_status in ('authorized', 'captured', 'partially_refunded',
                                                                  'refunded', 'voided')),
  email            text        not null,
  shipping_address jsonb       not null,
  shipping_option  text        not null,
  shipping_title   text        not null,
  discount_codes   text[]      not null default '{}',
  currency         char(3)     not null,
  subtotal         bigint      not null check (subtotal >= 0),
  discount         bigint      not null check (discount between 0 and subtotal),
  shipping         bigint      not null check (shipping >= 0),
  tax              bigint      not null check (tax >= 0),
  total            bigint      not null,
  secret_sha256    bytea       not null,             -- the checkout's, which gives the guest access to the order
  placed_at        timestamptz not null,
  updated_at       timestamptz not null,
  constraint order_adds_up check (total = subtotal - discount + shipping + tax)
) with (fillfactor = 45); -- most are paid at once
create index orders_by_email on orders (lower(email), id);
create index orders_lately on orders using brin (placed_at) with (pages_per_range = 16);

create table order_line (
  order_id   uuid   not null,
  line_no    int    not null,
  sku        text   not null,
  title      text   not null,
  quantity   int    not null check (quantity > 0),
  unit_price bigint not null check (unit_price >= 0),
  total      bigint not null,
  discount   bigint not null check (discount between 0 and total),
  tax        bigint not null check (tax >= 0),
  refunded   int    not null default 0 check (refunded between 0 and quantity), -- pieces
  primary key (order_id, line_no),
  constraint order_line_adds_up check (total = quantity * unit_price)
);
create index order_line_of on order_line (sku, order_id);

-- Which warehouse owes which pieces of a line. What is neither shipped nor canceled counts in stock.allocated; as long
-- as no warehouse has it, in backorder.backordered.
create table allocation (
  order_id  uuid   not null,
  line_no   int    not null,
  warehouse text   not null,                         -- '': none yet, it is backordered
  quantity  bigint not null check (quantity > 0),
  shipped   bigint not null default 0 check (shipped >= 0),
  canceled  bigint not null default 0 check (canceled >= 0),
  primary key (order_id, line_no, warehouse),
  constraint allocation_not_exceeded check (shipped + canceled <= quantity)
);
create index allocation_backordered on allocation (order_id) where warehouse = '';

-- How far an order got, and when: its timeline, from the second step on. The first is `pending`, at orders.placed_at.
create table order_transition (
  order_id uuid        not null,
  seq      int         not null check (seq > 1),
  status   text        not null,
  at       timestamptz not null,
  reason   text,                                     -- why, where somebody said so; for the merchant's eyes
  primary key (order_id, seq)
);
-- Orders that ever got there. Those that are pending or paid are among the newest and need none; an index on the
-- status itself would be written again with every order that is paid, and all other indexes of orders with it.
create index order_transition_to on order_transition (status, order_id) where status <> 'paid';

create table fulfillment (
  id              uuid        primary key,
  order_id        uuid        not null references orders,
  carrier         text        not null,
  tracking_number text        not null,
  shipped_at      timestamptz not null,
  delivered_at    timestamptz
);
create index fulfillment_of on fulfillment (order_id, id);

create table fulfillment_line (
  fulfillment_id uuid   not null references fulfillment,
  line_no        int    not null,
  warehouse      text   not null,
  quantity       bigint not null check (quantity > 0),
  primary key (fulfillment_id, line_no, warehouse)
);

create table refund (
  id          uuid        primary key,
  order_id    uuid        not null references orders,
  payment_id  uuid        not null references payment,
  amount      bigint      not null check (amount > 0),
  currency    char(3)     not null,
  state       text        not null check (state in ('pending', 'succeeded', 'failed')),
  restock     boolean     not null,
  reason      text        not null,
  cause       text        not null unique,           -- what asked for it, once
  gateway_ref text,
  created_at  timestamptz not null,
  updated_at  timestamptz not null
);
create index refund_of on refund (order_id, id);
create index refund_by_payment on refund (payment_id);

create table refund_line (
  refund_id uuid not null references refund,
  line_no   int  not null,
  quantity  int  not null check (quantity > 0),
  primary key (refund_id, line_no)
);

-- ---------------------------------------------------------------- idempotency, events, access

create table idempotency_key (
  id           uuid        primary key,              -- made of scope and key: half of their SHA-256
  scope        text        not null,                 -- who asked, and for which operation
  key          text        not null,
  fingerprint  bytea       not null,                 -- SHA-256 of method, path, query and body
  expires_at   timestamptz not null
);
create index idempotency_key_expiry on idempotency_key using brin (expires_at);

-- What a key was answered, for good. A table of its own, so that nothing is ever updated here.
create table idempotency_answer (
  id     uuid primary key,                           -- the key's
  status int  not null check (status between 200 and 499), -- a 5xx is never final
  body   bytea not null
) with (toast_tuple_target = 8160);                  -- in one piece
alter table idempotency_answer alter column body set storage external; -- packing it costs more than it saves

-- The first row of every batch of the commit pipeline: where the answer to a commit was lost, it tells.
create table commit_receipt (
  id    uuid        primary key,
  asked boolean     not null default false,          -- by a question for it, and not by the transaction itself
  at    timestamptz not null default shop_clock()
);
create index commit_receipt_age on commit_receipt using brin (at);

-- What happened, told by the transaction that made it happen: a row for each of these, with all it has to tell, as a
-- list. Numbered while it holds its locks, so what is told of one thing is in the order in which it happened.
create table outbox (
  id         bigint      generated always as identity primary key,
  events     text        not null,                   -- JSON: ours, and so not parsed once more
  created_at timestamptz not null default shop_clock()
);
alter table outbox alter column events set storage external; -- packing it costs more than it saves

-- The same, event by event.
create view event as
  select o.id as outbox_id, e.position, e.event ->> 'type' as type, e.event ->> 'aggregateType' as aggregate_type,
         (e.event ->> 'aggregateId')::uuid as aggregate_id, e.event -> 'payload' as payload, o.created_at
    from outbox o
   cross join lateral json_array_elements(o.events::json) with ordinality as e (event, position);

create table api_key (
  id            uuid        primary key,
  title         text        not null,
  kind          text        not null check (kind in ('secret', 'publishable')),
  scopes        text[]      not null,
  key_sha256    bytea       not null unique,
  created_at    timestamptz not null default shop_clock(),
  expires_at    timestamptz,
  revoked_at    timestamptz
);

-- ---------------------------------------------------------------- staff and the audit log

-- Who may open the console. Nobody is ever deleted: the audit log names them.
create table staff (
  id          uuid        primary key,
  name        text        not null,
  email       text        not null,
  role        text        not null check (role in ('viewer', 'staff', 'admin')),
  password    text        not null,                  -- salted and stretched: 'pbkdf2-sha512$220000$…$…'
  created_at  timestamptz not null default shop_clock(),
  disabled_at timestamptz                            -- since when they are not let in any more
);
create unique index staff_email on staff (lower(email));

-- Who is signed in, or was in the last weeks: an address that somebody came from before is not a stranger's.
create table staff_session (
  token_sha256 bytea       primary key,
  staff_id     uuid        not null references staff,
  address      text        not null,                 -- of the network they came from
  created_at   timestamptz not null default shop_clock(),
  seen_at      timestamptz not null default shop_clock(),
  ended_at     timestamptz
);
create index staff_session_of on staff_session (staff_id, address);

-- Tries to sign in that failed, or are being looked at. A good one takes its own away.
create table sign_in_try (
  id           uuid        primary key,
  email_sha256 bytea       not null,                 -- of the address in lower case, whether we know it or not
  address      text        not null,
  at           timestamptz not null default shop_clock()
);
create index sign_in_try_at on sign_in_try (address, at);
create index sign_in_try_of on sign_in_try (email_sha256, at);

-- What was done to run the shop, and by whom. Each row carries the hash of the one before it, and a hash over all of
-- its own: what was written cannot be changed, and nothing can be taken out, without everybody seeing it.
create table audit_log (
  seq        bigint      primary key,                -- without gaps
  at         timestamptz not null default shop_clock(),
  actor_kind text        not null check (actor_kind in ('key', 'staff', 'system')),
  actor_id   uuid,
  deed       text        not null,                   -- 'order.refunded'
  subject_id text,                                   -- what it was done to: an id, a SKU, a code
  before     jsonb,                                  -- what of the subject it changed; null: it was not there
  after      jsonb,                                  -- the same afterwards; null: it is not there any more
  request_id uuid        not null,
  previous   bytea       not null,                   -- the hash of the row before
  hash       bytea       not null,
  check ((actor_kind = 'system') = (actor_id is null))
);
create index audit_log_about on audit_log (subject_id, seq);
create index audit_log_deed on audit_log (deed, seq);
create index audit_log_by on audit_log (actor_id, seq);

-- One row: how long the log is, and the hash of its last row. Whoever writes into the log waits for it.
create table audit_log_head (
  one  boolean primary key default true check (one),
  seq  bigint  not null default 0,
  hash bytea   not null default sha256('')
);
insert into audit_log_head default values;

-- SHA-256 over everything in a row but the hash itself.
create function audit_log_hash(entry audit_log) returns bytea language sql stable
  return sha256(entry.previous || convert_to(jsonb_build_array(
    entry.seq, to_char(entry.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), entry.actor_kind, entry.actor_id,
    entry.deed, entry.subject_id, entry.before, entry.after, entry.request_id)::text, 'UTF8'));

create function audit_log_append() returns trigger language plpgsql as $$
begin
  update audit_log_head set seq = seq + 1 returning seq, hash into new.seq, new.previous;
  new.hash := audit_log_hash(new);
  update audit_log_head set hash = new.hash;
  return new;
end $$;
create trigger audit_log_append before insert on audit_log for each row execute function audit_log_append();

create function audit_log_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'The audit log is append-only';
end $$;
create trigger audit_log_stays before update or delete or truncate on audit_log
  for each statement execute function audit_log_is_append_only();

-- The servers that run on this database, and where they answer.
create table node (
  id         uuid        primary key,
  url         text        not null,
  gateway     text        not null,                  -- what it takes payments with, and where that answers
  gateway_url text        not null,
  started_at  timestamptz not null default shop_clock()
);
