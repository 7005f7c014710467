// Lo que salió mal para un paciente, por los códigos de la página del protocolo.

import type { Sentences } from "../../shared/i18n";

export const errorsEs: Sentences = {
  database_away:
    "No podemos llegar a nuestros registros por ahora. Espere un momento e intente de nuevo.",
  offline: "No hay internet por ahora. Lo que guardó está seguro. Intente de nuevo.",
  birth_date_wrong: "Esta fecha no coincide. Revísela e intente de nuevo.",
  too_many_attempts:
    "Demasiados intentos. Por su seguridad, espere unos minutos o pida un enlace nuevo al spa.",
  link_unknown: "No conocemos este enlace. Pida al spa que lo envíe otra vez.",
  link_expired: "Este enlace ya venció. Pida uno nuevo al spa.",
  link_cancelled: "El spa canceló este examen. Si tiene dudas, pregunte al personal.",
  link_finished: "Este examen ya terminó. Pida su copia al spa.",
  record_shredded: "Este registro se destruyó cuando terminó su plazo de conservación.",
  code_unknown: "El código y la fecha no coinciden. Revise los dos.",
  not_a_site_device: "Esta tableta ya no está configurada para el spa. Avise al personal.",
  wrong_step: "Falta algo antes de este paso. Regrese y revise.",
  invalid_body: "Revise lo que escribió. Algo no se ve bien.",
  minor_not_served:
    "Este examen es solo para mayores de 18 años. Pregunte al personal por un examen en persona, con su padre, madre o tutor.",
  consent_unreviewed:
    "Este examen no puede empezar aún: sus textos no están revisados. Avise al personal.",
  questionnaire_unsigned:
    "Un profesional clínico aún no aprobó las preguntas de salud de este tratamiento. Avise al personal.",
  not_waiting: "Usted ya no está en la fila. Cargue esta página otra vez.",
  illegal_transition: "Esto no es posible ahora. Cargue esta página otra vez.",
  closed: "Esta página perdió la conexión. Cárguela otra vez. Su lugar se guarda 2 minutos.",
  not_served: "Este examen no se ofrece en su estado, o en el estado del spa.",
  in_person: "La ley de allí pide que un profesional lo vea en persona para esto.",
  controlled: "Este medicamento no se puede indicar después de un examen por video.",
  location: "Díganos otra vez dónde está.",
  stale_rules: "Los exámenes están en pausa mientras revisamos nuestras reglas.",
  nobody_on_shift: "Ahora no hay nadie con licencia para usted. Puede pedir que le avisen.",
  callback_too_late:
    "Su enlace vence antes de que haya un profesional. Pida al spa uno nuevo entonces.",
  not_sent: "No se pudo enviar. Intente de nuevo.",
  store_and_forward_not_permitted:
    "Este examen no se puede hacer solo con fotos. Necesita una visita por video.",
  modality_is_live: "Este examen sigue por video. No puede volver a usar solo fotos.",
  packet_incomplete: "Todavía falta algo. Revise sus fotos.",
  uploads_full: "No puede agregar más. Quite una primero.",
  upload_busy: "Otro archivo todavía se está enviando. Espere un momento.",
  upload_not_processed: "No pudimos mirar este archivo ahora. Inténtelo de nuevo.",
  upload_too_large:
    "Este archivo es demasiado grande. Tome la foto con la cámara de su teléfono.",
  upload_unknown_type:
    "Esto no es una foto que podamos leer. Use una foto JPEG o PNG (un documento puede ser PDF).",
  upload_heic:
    "Esta es una foto HEIC y no la podemos leer. En su iPhone abra Configuración, Cámara, Formatos, elija Más compatible y tómela otra vez.",
  upload_unreadable: "No podemos leer este archivo. Tome la foto otra vez.",
  upload_animated: "Esta es una imagen que se mueve. Envíe una foto fija.",
  upload_too_many_pixels:
    "Esta imagen es demasiado grande para leerla. Tómela con la cámara de su teléfono.",
  upload_too_small:
    "Esta foto es demasiado pequeña para ver su piel. Tómela con la cámara de su teléfono.",
  upload_too_many_pages:
    "Este documento tiene demasiadas páginas. Envíe solo las que importan.",
};
