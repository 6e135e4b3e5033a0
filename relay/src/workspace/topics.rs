//! Topics: what sessions are about.

use inbox_protocol::{
    Refusal,
    http::{Topic, TopicForm},
};
use inbox_types::{Action, TopicId};

use super::{
    command::{Command, Method, Run, new_id},
    news::News,
    state::{Change, Row, WorkspaceState, put, room_for, topic_key},
};

/// What can be done with topics.
pub(super) const COMMANDS: &[Command] = &[
    Command {
        name: "create_topic",
        method: Method::Post,
        path: "/v1/topics",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| {
            let form = call.form()?;
            workspace.made(|it| it.create_topic(new_id("t"), form))
        }),
    },
    Command {
        name: "delete_topic",
        method: Method::Delete,
        path: "/v1/topics/{id}",
        needs: Some(Action::Administer),
        audited: true,
        tells: Some(News::Facts),
        run: Run::Now(|workspace, call| {
            let id = call.id()?;
            Ok(workspace.changed(|it| it.delete_topic(&id))?.about(&id))
        }),
    },
];

impl WorkspaceState {
    /// Creates a topic.
    ///
    /// # Errors
    ///
    /// If there are too many.
    pub fn create_topic(
        &mut self,
        id: TopicId,
        form: TopicForm,
    ) -> Result<(Topic, Vec<Change>), Refusal> {
        room_for(&self.topics, &id)?;
        let topic = Topic { id: id.clone(), name: form.name };
        self.topics.insert(id, topic.clone());
        Ok((topic.clone(), vec![put(Row::Topic(topic))]))
    }

    /// Removes a topic.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn delete_topic(&mut self, id: &TopicId) -> Result<Vec<Change>, Refusal> {
        self.topics.remove(id).ok_or(Refusal::NotFound)?;
        Ok(vec![Change::Remove(topic_key(id))])
    }
}
