// Photos instead of a video visit, in Spanish.

import type { Sentences } from "../../shared/i18n";

export const photosEs: Sentences = {
  way: {
    title: "¿Cómo quiere que lo vean?",
    lead: "Para lo que eligió, puede enviar fotos en lugar de una visita por video.",
    live_video: {
      title: "Por video en vivo",
      text: "Habla con un profesional clínico. Puede hacer preguntas en el momento.",
    },
    store_and_forward: {
      title: "Enviar fotos",
      text: "Usted toma {{count}} fotos ahora. Un profesional clínico las mira después, sin usted. Puede que aun así pida una visita por video.",
    },
  },
  photos: {
    title: "Sus fotos",
    lead: "Tome cada foto como se indica. Puede repetirla hasta que salga bien.",
    tips: {
      light: "Póngase con mucha luz, mirando a una ventana. Sin flash.",
      plain: "Sin maquillaje y sin filtros. Recójase el cabello.",
      focus: "Limpie el lente. No se mueva hasta que la imagen esté nítida.",
      whole: "Pida ayuda a alguien si no alcanza.",
    },
    count: "Hay {{there}} de {{of}} fotos.",
    there: "Lista",
    take: "Tomar o elegir",
    retake: "Tomar otra vez",
    remove: "Quitar",
    sending: "Enviando…",
    tryingAgain: "La conexión es lenta. Lo intentamos de nuevo.",
    failed: "No se pudo enviar.",
    again: "Intentar de nuevo",
    extra: "Otra foto (si quiere)",
    extraHelp: "Algo más que el profesional clínico deba ver.",
    addExtra: "Agregar una foto",
    records: "Documentos médicos (si tiene)",
    recordsHelp: "Una carta de un médico o el resultado de un examen: una foto o un PDF.",
    addRecord: "Agregar un documento",
    pages_one: "Documento, {{count}} página",
    pages_other: "Documento, {{count}} páginas",
    submit: "Enviar al profesional clínico",
    live: "Prefiero una visita por video",
    notPossible: {
      title: "Esto necesita una visita por video",
      text: "Con lo que nos dijo, este examen no se puede hacer solo con fotos. Sus respuestas se guardan.",
      next: "Seguir por video",
    },
    views: {
      face_front_relaxed: {
        name: "La cara de frente, relajada",
        hint: "Mire directo a la cámara. Boca cerrada.",
      },
      face_front_frown: {
        name: "La cara de frente, con el ceño fruncido",
        hint: "Frunza el ceño con fuerza.",
      },
      face_front_brows_raised: {
        name: "La cara de frente, con las cejas arriba",
        hint: "Levante las cejas lo más que pueda.",
      },
      face_front_full_smile: {
        name: "La cara de frente, sonriendo",
        hint: "Sonría mostrando los dientes.",
      },
      face_left_oblique: {
        name: "La cara a medio girar, lado izquierdo",
        hint: "Gire un poco la cabeza a la derecha. La mejilla izquierda mira a la cámara.",
      },
      face_right_oblique: {
        name: "La cara a medio girar, lado derecho",
        hint: "Gire un poco la cabeza a la izquierda. La mejilla derecha mira a la cámara.",
      },
      face_left_profile: {
        name: "La cara desde el lado izquierdo",
        hint: "Gire del todo. Se ve un ojo y la oreja.",
      },
      face_right_profile: {
        name: "La cara desde el lado derecho",
        hint: "Gire del todo. Se ve un ojo y la oreja.",
      },
      treatment_area_close: {
        name: "El lugar que se va a tratar, de cerca",
        hint: "A una mano de distancia, nítida, con todo el lugar en la foto.",
      },
      treatment_area_wide: {
        name: "El lugar que se va a tratar, de más lejos",
        hint: "Para que se vea en qué parte del cuerpo está.",
      },
      treatment_area_front: {
        name: "El lugar que se va a tratar, de frente",
        hint: "Párese derecho.",
      },
      treatment_area_left: {
        name: "El lugar que se va a tratar, desde la izquierda",
        hint: "Párese derecho.",
      },
      treatment_area_right: {
        name: "El lugar que se va a tratar, desde la derecha",
        hint: "Párese derecho.",
      },
      chin_up_front: { name: "Cuello y mentón de frente", hint: "Levante el mentón." },
      inner_arm_skin_tone: {
        name: "La parte de adentro del brazo, arriba",
        hint: "Muestra el color de la piel donde no da el sol.",
      },
      arm_left: {
        name: "Brazo izquierdo",
        hint: "La parte de adentro del codo, brazo estirado.",
      },
      arm_right: {
        name: "Brazo derecho",
        hint: "La parte de adentro del codo, brazo estirado.",
      },
      body_front_clothed: { name: "Usted de pie, con ropa", hint: "De la cabeza a los pies." },
      scalp_top: { name: "La parte de arriba de la cabeza", hint: "Desde arriba, con raya." },
      legs_front: { name: "Las piernas de frente", hint: "De pie, con pantalón corto." },
      legs_back: { name: "Las piernas por detrás", hint: "De pie, con pantalón corto." },
      leg_left_side: {
        name: "La pierna izquierda de lado",
        hint: "De pie, con pantalón corto.",
      },
      leg_right_side: {
        name: "La pierna derecha de lado",
        hint: "De pie, con pantalón corto.",
      },
    },
  },
  sent: {
    title: "Enviado",
    waiting: "Un profesional clínico mira lo que envió antes de: {{when}}.",
    reviewed:
      "Un profesional clínico está mirando ahora lo que envió. Tendrá una respuesta antes de: {{when}}.",
    what_one: "Se envió {{count}} imagen con sus respuestas.",
    what_other: "Se enviaron {{count}} imágenes con sus respuestas.",
    told: "Puede cerrar esta página. Abra su enlace otra vez para leer la respuesta. El spa también la recibe.",
    toldKiosk: "Puede devolver la tableta. El spa recibe la respuesta y se la dice.",
    maybeLive: "Puede que el profesional clínico pida antes una visita por video.",
    emergency: "¿Se siente mal? No espere la respuesta. Llame al 911.",
    live: {
      ask: "Prefiero hablar en vivo",
      title: "¿Quiere una visita por video?",
      text: "Lo que envió se guarda y el profesional clínico lo tendrá. No podrá volver a usar solo fotos.",
      yes: "Sí, por video",
      no: "Seguir esperando",
    },
  },
};
