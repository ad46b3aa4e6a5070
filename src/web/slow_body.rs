//! A body that trickles in is cut off: the server ends slow headers by itself, but not a slow body.

use std::io;
use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::middleware::Next;
use actix_web::rt::time::{Instant, timeout};
use actix_web::web::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{Stream, unfold};

/// The longest that a body may take to arrive.
const DEADLINE: Duration = Duration::from_secs(120);

/// Gives every request's body a deadline.
///
/// # Errors
/// Those of what comes after.
pub async fn slow_body(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    if !request.method().is_safe() {
        let body = request.take_payload();
        request.set_payload(Payload::Stream { payload: Box::pin(within(body, DEADLINE)) });
    }
    next.call(request).await
}

type Chunk = Result<Bytes, PayloadError>;

/// The same chunks, and an error in place of those that come too late. Fused: a reader of forms asks on after the end.
fn within<S: Stream<Item = Chunk> + Unpin>(body: S, time: Duration) -> impl Stream<Item = Chunk> {
    let end = Instant::now() + time;
    let chunks = unfold(Some(body), move |body| async move {
        let mut body = body?;
        match timeout(end.saturating_duration_since(Instant::now()), body.next()).await {
            Ok(chunk) => chunk.map(|chunk| (chunk, Some(body))),
            Err(_) => Some((Err(too_late(time)), None)),
        }
    });
    chunks.fuse()
}

fn too_late(time: Duration) -> PayloadError {
    let words =
        format!("it took longer than {} s to arrive; try again on a better connection", time.as_secs());
    PayloadError::Io(io::Error::new(io::ErrorKind::TimedOut, words))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A chunk at once, and each further one after a pause.
    fn trickle(pause: Duration, chunks: usize) -> impl Stream<Item = Chunk> + Unpin {
        Box::pin(unfold(0, move |sent| async move {
            if sent > 0 {
                actix_web::rt::time::sleep(pause).await;
            }
            (sent < chunks).then_some((Ok(Bytes::from_static(b"x")), sent + 1))
        }))
    }

    #[actix_web::test]
    async fn what_comes_in_time_comes_whole() {
        let body = within(trickle(Duration::ZERO, 5), Duration::from_secs(60));
        let chunks: Vec<Chunk> = body.collect().await;
        assert!(chunks.len() == 5 && chunks.iter().all(Result::is_ok), "{chunks:?}");
    }

    #[actix_web::test]
    async fn after_the_end_it_stays_at_the_end() {
        let mut body = Box::pin(within(trickle(Duration::ZERO, 0), Duration::from_secs(60)));
        assert!(body.next().await.is_none() && body.next().await.is_none());
    }

    #[actix_web::test]
    async fn what_trickles_is_cut_off() {
        let body = within(trickle(Duration::from_secs(3600), 5), Duration::from_millis(20));
        let chunks: Vec<Chunk> = body.collect().await;
        assert_eq!(chunks.len(), 2);
        assert!(chunks[1].as_ref().unwrap_err().to_string().contains("took longer"), "{chunks:?}");
    }
}
