-- A customer's own people: below every role of the firm, kept to one customer and to all or some of its sites.
INSERT INTO roles VALUES ('customer');
ALTER TABLE users ADD COLUMN all_sites BOOLEAN NOT NULL DEFAULT TRUE;
CREATE TABLE user_sites (
  person_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  customer_id BIGINT NOT NULL,
  PRIMARY KEY (person_id, site_id),
  FOREIGN KEY (person_id, customer_id) REFERENCES user_customers (person_id, customer_id),
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id)
);

-- That a customer's own person agrees to an interval proposed from these figures.
CREATE TABLE proposal_agreements (
  id BIGSERIAL PRIMARY KEY,
  customer_id BIGINT NOT NULL,
  site_id BIGINT NOT NULL,
  category_id BIGINT NOT NULL REFERENCES categories (id),
  environment TEXT NOT NULL DEFAULT '',
  months BIGINT NOT NULL,
  tested BIGINT NOT NULL,
  failed BIGINT NOT NULL,
  note TEXT NOT NULL DEFAULT '',
  person_id BIGINT NOT NULL REFERENCES people (id),
  at TIMESTAMP NOT NULL,
  FOREIGN KEY (site_id, customer_id) REFERENCES sites (id, customer_id)
);
-- The same figures are agreed to once, however many answer at the same time.
CREATE UNIQUE INDEX proposal_agreements_once ON proposal_agreements (site_id, category_id, environment, months, tested, failed);
