-- Closed lists.
CREATE TABLE stock_place_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO stock_place_kinds VALUES ('store'), ('van'), ('bench'), ('returns');
CREATE TABLE movement_kinds (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO movement_kinds VALUES ('received'), ('moved'), ('issued'), ('returned'), ('counted'), ('scrapped');
CREATE TABLE unit_states (code TEXT NOT NULL PRIMARY KEY);
INSERT INTO unit_states VALUES ('in_stock'), ('fitted'), ('issued'), ('scrapped'), ('lost');

-- Firm-owned -----------------------------------------------------------------------------------
CREATE TABLE parts (
  id INTEGER NOT NULL PRIMARY KEY,
  number TEXT NOT NULL,
  -- The number without case and spaces, as it is looked up.
  folded TEXT NOT NULL UNIQUE,
  description TEXT NOT NULL,
  maker TEXT NOT NULL DEFAULT '',
  supplier_id BIGINT REFERENCES suppliers (id),
  supplier_number TEXT NOT NULL DEFAULT '',
  cost_pence BIGINT,
  -- Whether each piece is known by its serial number.
  serialised BOOLEAN NOT NULL DEFAULT FALSE,
  warranty_months BIGINT,
  unit TEXT NOT NULL DEFAULT 'each',
  notes TEXT NOT NULL DEFAULT '',
  archived BOOLEAN NOT NULL DEFAULT FALSE,
  -- The words by which it is found, each after a space.
  search TEXT NOT NULL,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX parts_supplier ON parts (supplier_id);

-- The models that a part fits; a part without any may fit everything.
CREATE TABLE part_models (
  part_id BIGINT NOT NULL REFERENCES parts (id),
  model_id BIGINT NOT NULL REFERENCES models (id),
  PRIMARY KEY (part_id, model_id)
);
CREATE INDEX part_models_model ON part_models (model_id);

CREATE TABLE stock_places (
  id INTEGER NOT NULL PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL REFERENCES stock_place_kinds (code),
  -- Whose van it is.
  person_id BIGINT REFERENCES people (id),
  archived BOOLEAN NOT NULL DEFAULT FALSE,
  version BIGINT NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX stock_places_van ON stock_places (person_id) WHERE kind = 'van' AND NOT archived;

-- How many of a part a place has: the sum of the movements, kept in their transactions.
CREATE TABLE stock_levels (
  part_id BIGINT NOT NULL REFERENCES parts (id),
  place_id BIGINT NOT NULL REFERENCES stock_places (id),
  quantity BIGINT NOT NULL DEFAULT 0 CHECK (quantity >= 0),
  -- From how few on more are ordered, and up to how many.
  reorder_level BIGINT,
  reorder_to BIGINT,
  counted_at TIMESTAMP,
  PRIMARY KEY (part_id, place_id)
);
CREATE INDEX stock_levels_place ON stock_levels (place_id);

-- What was ordered from a supplier and has not all come.
CREATE TABLE part_orders (
  id INTEGER NOT NULL PRIMARY KEY,
  part_id BIGINT NOT NULL REFERENCES parts (id),
  place_id BIGINT NOT NULL REFERENCES stock_places (id),
  supplier_id BIGINT REFERENCES suppliers (id),
  quantity BIGINT NOT NULL CHECK (quantity > 0),
  outstanding BIGINT NOT NULL CHECK (outstanding >= 0),
  reference TEXT NOT NULL DEFAULT '',
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL
);
CREATE INDEX part_orders_open ON part_orders (part_id) WHERE outstanding > 0;

-- Pieces known by serial number, and where each is: in a place, or in an asset.
CREATE TABLE part_units (
  id INTEGER NOT NULL PRIMARY KEY,
  part_id BIGINT NOT NULL REFERENCES parts (id),
  serial TEXT NOT NULL,
  folded TEXT NOT NULL,
  state TEXT NOT NULL REFERENCES unit_states (code),
  place_id BIGINT REFERENCES stock_places (id),
  asset_id BIGINT,
  customer_id BIGINT,
  warranty_until DATE,
  -- Since when it is where it is.
  since TIMESTAMP NOT NULL,
  UNIQUE (part_id, folded),
  UNIQUE (id, part_id),
  CHECK ((state = 'in_stock') = (place_id IS NOT NULL)),
  CHECK ((state = 'fitted') = (asset_id IS NOT NULL)),
  CHECK ((asset_id IS NULL) = (customer_id IS NULL)),
  FOREIGN KEY (asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX part_units_folded ON part_units (folded);
CREATE INDEX part_units_place ON part_units (place_id, part_id) WHERE place_id IS NOT NULL;
CREATE INDEX part_units_asset ON part_units (asset_id) WHERE asset_id IS NOT NULL;

-- What moved, in order; its sum is the stock. Firm-owned, but what concerns a job carries its customer.
CREATE TABLE stock_movements (
  id INTEGER NOT NULL PRIMARY KEY,
  -- Made by whoever sends it, so that it counts once however often it is sent.
  request_id TEXT UNIQUE,
  kind TEXT NOT NULL REFERENCES movement_kinds (code),
  part_id BIGINT NOT NULL REFERENCES parts (id),
  quantity BIGINT NOT NULL CHECK (quantity >= 0),
  from_place_id BIGINT REFERENCES stock_places (id),
  to_place_id BIGINT REFERENCES stock_places (id),
  unit_id BIGINT,
  job_id BIGINT,
  customer_id BIGINT,
  from_asset_id BIGINT,
  to_asset_id BIGINT,
  -- The movement that it belongs to: what was taken out when another was fitted.
  with_id BIGINT REFERENCES stock_movements (id),
  cost_pence BIGINT,
  reason TEXT NOT NULL DEFAULT '',
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  CHECK (unit_id IS NULL OR quantity = 1),
  CHECK ((job_id IS NULL) = (customer_id IS NULL)),
  CHECK (customer_id IS NOT NULL OR (from_asset_id IS NULL AND to_asset_id IS NULL)),
  FOREIGN KEY (unit_id, part_id) REFERENCES part_units (id, part_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id),
  FOREIGN KEY (from_asset_id, customer_id) REFERENCES assets (id, customer_id),
  FOREIGN KEY (to_asset_id, customer_id) REFERENCES assets (id, customer_id)
);
CREATE INDEX stock_movements_part ON stock_movements (part_id, id);
CREATE INDEX stock_movements_unit ON stock_movements (unit_id, id) WHERE unit_id IS NOT NULL;
CREATE INDEX stock_movements_job ON stock_movements (job_id, id) WHERE job_id IS NOT NULL;

-- Customer-owned -------------------------------------------------------------------------------
-- What is put aside for a job, or waits to be bought for it.
CREATE TABLE reservations (
  id INTEGER NOT NULL PRIMARY KEY,
  job_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  part_id BIGINT NOT NULL REFERENCES parts (id),
  place_id BIGINT NOT NULL REFERENCES stock_places (id),
  quantity BIGINT NOT NULL CHECK (quantity > 0),
  person_id BIGINT REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  UNIQUE (job_id, part_id, place_id),
  FOREIGN KEY (job_id, customer_id) REFERENCES jobs (id, customer_id)
);
CREATE INDEX reservations_part ON reservations (part_id, place_id);

CREATE TRIGGER stock_movements_no_update BEFORE UPDATE ON stock_movements BEGIN SELECT RAISE(ABORT, 'evidence is append-only: stock_movements'); END;
CREATE TRIGGER stock_movements_no_delete BEFORE DELETE ON stock_movements BEGIN SELECT RAISE(ABORT, 'evidence is append-only: stock_movements'); END;
