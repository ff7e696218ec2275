//! Tickets made on demand, so that a million of them need no memory.
use super::rows::{Row, Start};
use super::samples::instant;

/// Tickets 1, 2, 3 …, of which a few change in each second.
#[derive(Debug, Clone, Copy)]
pub(super) struct Made {
    count: u64,
    per_second: u64,
    first: i64,
}

impl Made {
    /// `count` tickets, `per_second` of them changed in each second from `first` on.
    pub(super) fn tickets(count: u64, per_second: u64, first: i64) -> Self {
        Self {
            count,
            per_second,
            first,
        }
    }

    fn stamp(self, id: u64) -> i64 {
        self.first
            .saturating_add_unsigned((id - 1) / self.per_second)
    }

    pub(super) fn page(self, start: Start, limit: usize, until: i64) -> Vec<Row> {
        let from = match start {
            Start::At(stamp) => {
                let seconds = u64::try_from(stamp - self.first).unwrap_or(0);
                seconds.saturating_mul(self.per_second) + 1
            }
            Start::After(stamp, _) if stamp > self.stamp(self.count) => self.count + 1,
            Start::After(_, id) => id + 1,
        };
        (from..=self.count)
            .take(limit)
            .map(|id| self.ticket(id))
            .take_while(|row| row.stamp <= until)
            .collect()
    }

    /// About the size of a real one with a short text.
    fn ticket(self, id: u64) -> Row {
        let stamp = self.stamp(id);
        let (updated, created) = (instant(stamp), instant(stamp - 86_400));
        let status = ["open", "pending", "solved", "closed"][(id % 4) as usize];
        let solved = if id % 4 > 1 {
            format!("\"{updated}\"")
        } else {
            "null".to_owned()
        };
        let json = format!(
            r#"{{"url":"https://example.zendesk.com/api/v2/tickets/{id}.json","id":{id},"external_id":null,"via":{{"channel":"email","source":{{"from":{{"address":"someone-{id}@example.com","name":"Someone"}},"to":{{"name":"Support","address":"support@example.com"}},"rel":null}}}},"created_at":"{created}","updated_at":"{updated}","generated_timestamp":{stamp},"type":"question","subject":"Question {id}","raw_subject":"Question {id}","description":"A text of some length, as people write when something does not work as they thought it would.","priority":"normal","status":"{status}","recipient":"support@example.com","requester_id":{requester},"submitter_id":{requester},"assignee_id":7,"organization_id":{organization},"group_id":3,"collaborator_ids":[],"follower_ids":[],"email_cc_ids":[],"forum_topic_id":null,"problem_id":null,"has_incidents":false,"is_public":true,"due_at":null,"tags":["question"],"custom_fields":[{{"id":1,"value":"free text"}}],"satisfaction_rating":{{"score":"unoffered"}},"sharing_agreement_ids":[],"custom_status_id":1,"followup_ids":[],"ticket_form_id":1,"brand_id":1,"allow_channelback":false,"allow_attachments":true,"from_messaging_channel":false}}"#,
            requester = id % 50_000 + 1,
            organization = id % 5_000 + 1,
        );
        let metrics = format!(
            r#"{{"id":{metric},"ticket_id":{id},"created_at":"{created}","updated_at":"{updated}","group_stations":1,"assignee_stations":1,"reopens":0,"replies":1,"solved_at":{solved},"reply_time_in_minutes":{{"calendar":30,"business":20}},"first_resolution_time_in_minutes":{{"calendar":1440,"business":480}},"full_resolution_time_in_minutes":{{"calendar":1440,"business":480}}}}"#,
            metric = id + 1_000_000_000,
        );
        Row {
            id,
            stamp,
            visible_from: stamp,
            json,
            metrics: Some(metrics),
            deleted: false,
        }
    }
}
