//! For whoever watches the server.

use actix_web::http::StatusCode;

use crate::error::Result;
use crate::web::reply::Reply;
use crate::web::visitor::Visitor;

/// `GET /healthz`: 200 when the database answers.
pub async fn show_health(visitor: Visitor) -> Result<Reply> {
    visitor
        .greet(|visit| {
            let app = match visit {
                Ok(visit) => visit.app,
                Err(app) => app,
            };
            app.store.read(store::users::is_empty)?;
            Ok(())
        })
        .await?;
    Ok(Reply::new(StatusCode::OK, "text/plain; charset=utf-8", "ok\n"))
}
