// Lo que va antes de la atención: emergencia, consentimiento, tutor, quién está presente.

import type { Sentences } from "../../shared/i18n";

export const gatesEs: Sentences = {
  relocation: {
    inCall:
      "El profesional escuchó que usted está en {{place}}. Allí las reglas son otras. Diga dónde está y acepte otra vez. El profesional sigue en la llamada. Si {{place}} no es correcto, dígaselo.",
    inLine:
      "El profesional escuchó que usted está en {{place}} y no puede atender pacientes allí. Usted conserva su lugar en la fila. Diga dónde está y buscaremos al profesional adecuado.",
  },
  emergency: {
    title: "Llame al 911 o avise al personal ahora",
    text: "Usted nos contó algo que puede necesitar ayuda de inmediato. No espere al examen por video.",
    address: "Usted está aquí. Dé esta dirección:",
    crisis: "Si piensa en hacerse daño, llame o envíe un mensaje al 988 a cualquier hora.",
    call: "Llamar al 911",
    staff: "Personal del lugar:",
    steps:
      "Quédese con el paciente. Llame al 911. Traiga el equipo de emergencia. Abra la puerta a la ambulancia.",
    help: "Necesito ayuda ahora",
    telling: "Estamos avisando al personal y al profesional.",
    tellingLater:
      "Ahora no hay conexión. Avisaremos al personal y al profesional en cuanto vuelva. No espere a eso.",
    untold:
      "El personal y el profesional no han sido avisados. Llame al 911 o llame al personal en voz alta.",
    told: "El personal y el profesional ya están avisados.",
    held: "Usted marcó un problema que necesita ayuda de inmediato. El examen por video no puede seguir así. Si lo marcó por error, cambie aquí esa respuesta.",
    continue: "Ya tengo ayuda o estoy a salvo. Seguir.",
  },
  consent: {
    title: "Lea y acepte, por favor",
    lead: "{{count}} textos cortos. Si tiene dudas, pregunte al personal o al profesional.",
    draft: "Borrador: sin revisión legal. Solo para demostración.",
    privacy_notice: "Leí cómo se usan mis datos de salud.",
    telehealth: "Acepto un examen por video.",
    store_and_forward: "Acepto un examen sin visita en vivo.",
    audio_only: "Acepto una visita solo por sonido.",
    guardian: "Soy el padre, la madre o el tutor, y acepto.",
    complaint_notice: "Leí cómo presentar una queja.",
    physician_request: "Leí que puedo pedir un médico.",
    all: "Marque todas las casillas para seguir.",
    guardianName: "Padre, madre o tutor: escriba su nombre completo para firmar",
    name: "Escriba su nombre completo para firmar",
    nameHelp: "Esta es su firma.",
    next: "Firmar y seguir",
  },
  guardian: {
    title: "Su padre, madre o tutor",
    lead: "Usted tiene menos de 18 años. Su padre, madre o tutor legal debe llenar esto y quedarse durante el examen.",
    name: "Nombre legal completo del padre, madre o tutor",
    birthDate: "Su fecha de nacimiento",
    relationship: "Esa persona es su",
    parent: "Padre o madre",
    legal_guardian: "Tutor legal",
    phone: "Su teléfono",
    present:
      "Soy el padre, la madre o el tutor. Estoy aquí ahora y me quedaré durante todo el examen.",
  },
  room: {
    title: "¿Quién está con usted?",
    unsaid: "Diga quién está en el cuarto. El profesional también le preguntará.",
    nobody: "Usted dijo que no hay nadie más aquí.",
    said: "El profesional le preguntará sobre esto.",
    confirmed: "El profesional ya lo confirmó con usted.",
    add: "Alguien está conmigo",
    alone: "No hay nadie más aquí",
    who: "Quién",
    name: "Nombre (puede dejarlo vacío)",
    save: "Agregar",
    remove: "Ya no está aquí: {{who}}",
    more: "Privacidad, personas, consentimiento",
    people: {
      parent: "Padre o madre",
      guardian: "Tutor",
      partner: "Pareja",
      family: "Familia",
      friend: "Amigo o amiga",
      staff: "Personal del spa",
      other: "Otra persona",
    },
  },
  withdraw: {
    ask: "Retirar mi consentimiento",
    title: "¿Retirar su consentimiento?",
    waiting:
      "Sale de la fila. Sus respuestas quedan guardadas. Más tarde puede aceptar otra vez.",
    call: "El examen termina ahora. El profesional solo podrá posponer o rechazar sus tratamientos.",
    sent: "Lo que envió queda en su expediente. El profesional clínico solo podrá posponer o negar sus tratamientos.",
    after: "Esto se anota en su expediente. Lo que se decidió antes queda en él.",
    yes: "Retirarlo",
    no: "Mantenerlo",
    done: "Usted retiró su consentimiento. Está en su expediente.",
  },
};
