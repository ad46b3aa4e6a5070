//! The purchase list, supplier by supplier, and what is on its way.

use actix_web::web;
use askama::Template;
use domain::money::Currency;
use domain::permission::{MoveStock, SeeParts};
use exchange::csv_write;

use crate::actions::purchase::{self, Basket, Need, Purchase};
use crate::actions::settings::find_firm;
use crate::error::{Error, Result};
use crate::web::editing::{Pairs, again};
use crate::web::forms::{Form, show_pence};
use crate::web::layout::Chrome;
use crate::web::pages::parts::moment;
use crate::web::reply::Reply;
use crate::web::visitor::{Visit, Visitor};

#[derive(Template)]
#[template(path = "stock/purchase.html")]
struct PurchasePage {
    chrome: Chrome,
    purchase: Purchase,
    form: Form,
    moves: bool,
    currency: Currency,
}

/// `GET /stock/purchase`.
///
/// # Errors
/// Forbidden.
pub async fn show_purchase(visitor: Visitor) -> Result<Reply> {
    visitor.run(|visit| Reply::ok(&page(visit, Form::default())?)).await
}

/// `GET /stock/purchase.csv`.
///
/// # Errors
/// Forbidden.
pub async fn download_purchase(visitor: Visitor) -> Result<Reply> {
    visitor
        .run(|visit| {
            let purchase = purchase::find_purchase(&visit.app, &visit.right::<SeeParts>()?)?;
            let header = [
                "Supplier",
                "Our account",
                "Supplier's number",
                "Part number",
                "Description",
                "Maker",
                "Place",
                "Quantity",
                "Unit",
                "Cost",
                "Why",
            ];
            let rows = purchase.baskets.iter().flat_map(rows_of);
            let text = csv_write::file(&header.map(str::to_owned), rows);
            Ok(Reply::download("text/csv; charset=utf-8", "to-buy.csv", text.into_bytes()))
        })
        .await
}

fn rows_of(basket: &Basket) -> impl Iterator<Item = Vec<String>> {
    let (supplier, account) = match &basket.supplier {
        Some(supplier) => (supplier.name.clone(), supplier.account_number.clone()),
        None => Default::default(),
    };
    basket.needs.iter().map(move |need| {
        let part = &need.part;
        vec![
            supplier.clone(),
            account.clone(),
            part.supplier_number.clone(),
            part.number.clone(),
            part.description.clone(),
            part.maker.clone(),
            need.place.name.clone(),
            need.quantity.to_string(),
            part.unit.clone(),
            show_pence(part.cost_pence),
            need.level.reason(),
        ]
    })
}

/// `POST /stock/purchase`: marks the ticked lines as ordered.
///
/// # Errors
/// Not found, forbidden; field errors show the list again.
pub async fn order_parts(visitor: Visitor, pairs: web::Form<Pairs>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            let right = visit.right::<MoveStock>()?;
            let mut form = Form::new(pairs.into_inner());
            let lines = read(&mut form);
            let reference = form.text("reference");
            match form.check().and_then(|()| purchase::order_parts(&visit.app, &right, &lines, &reference)) {
                Ok(()) => Ok(Reply::see_other("/stock/purchase", "saved")),
                Err(error @ Error::NotFound(_)) => Err(error),
                Err(error) => {
                    again(&mut form, error)?;
                    Reply::unprocessable(&page(visit, form)?)
                }
            }
        })
        .await
}

/// The ticked lines: each "part:place:on order", its quantity in a field of its own.
fn read(form: &mut Form) -> Vec<purchase::Ordered> {
    let mut lines = vec![];
    for line in form.all("line").to_vec() {
        let ids: Vec<i64> = line.split(':').filter_map(|id| id.parse().ok()).collect();
        let [part_id, place_id, on_order] = ids[..] else {
            form.fail("line", "choose lines from the list");
            continue;
        };
        let name = format!("quantity_{part_id}_{place_id}");
        if form.value(&name).is_empty() {
            form.fail(&name, "say how many were ordered");
        }
        let quantity = form.number(&name, 1, domain::stock::MOST);
        lines.extend(quantity.map(|quantity| purchase::Ordered { part_id, place_id, quantity, on_order }));
    }
    lines
}

/// `POST /stock/orders/{id}/end`: nothing more of it is to come.
///
/// # Errors
/// Not found, forbidden.
pub async fn end_order(visitor: Visitor, id: web::Path<i64>) -> Result<Reply> {
    visitor
        .run(move |visit| {
            purchase::end_one(&visit.app, &visit.right::<MoveStock>()?, *id)?;
            Ok(Reply::see_other("/stock/purchase", "ended"))
        })
        .await
}

fn page(visit: &Visit, form: Form) -> Result<PurchasePage> {
    let purchase = purchase::find_purchase(&visit.app, &visit.right::<SeeParts>()?)?;
    let moves = visit.actor.may::<MoveStock>();
    let currency = find_firm(&visit.app)?.currency;
    Ok(PurchasePage { chrome: Chrome::new(visit, "To buy"), purchase, form, moves, currency })
}

impl PurchasePage {
    fn key(&self, need: &Need) -> String {
        format!("{}:{}:{}", need.part.id, need.place.id, need.level.on_order)
    }

    fn field(&self, need: &Need) -> String {
        format!("quantity_{}_{}", need.part.id, need.place.id)
    }

    fn quantity(&self, need: &Need) -> String {
        match self.form.value(&self.field(need)) {
            "" => need.quantity.to_string(),
            typed => typed.to_owned(),
        }
    }

    fn is_ticked(&self, need: &Need) -> bool {
        self.form.errors().is_empty() || self.form.has("line", &self.key(need))
    }

    fn cost(&self, need: &Need) -> String {
        need.pence().map(|pence| self.currency.show(pence)).unwrap_or_default()
    }

    fn total(&self, basket: &Basket) -> String {
        self.currency.show(basket.needs.iter().filter_map(Need::pence).sum())
    }

    fn when(&self, order: &store::part_orders::PartOrder) -> String {
        moment(order.at)
    }
}
